import type { Awaited, Deployment, Job, StatefulSet } from '../../../cluster/api';
import { progressOf } from '../../../cluster/rollout/progress';

const metadata = { name: 'x', uid: '1', generation: 2 };

const deployment = (status: Deployment['status']): Deployment => ({
  kind: 'Deployment',
  metadata,
  spec: { replicas: 2 },
  status,
});
const statefulSet = (status: StatefulSet['status']): StatefulSet => ({
  kind: 'StatefulSet',
  metadata,
  spec: { replicas: 3 },
  status,
});
const job = (status: Job['status'], spec: Job['spec'] = {}): Job => ({ kind: 'Job', metadata, spec, status });
const seen = { observedGeneration: 2 };

test.each<[text: string, isReady: boolean, object: Awaited]>([
  ['its controller has not seen it yet', false, deployment({ observedGeneration: 1, availableReplicas: 2 })],
  ['its controller has not seen it yet', false, deployment(undefined)],
  ['1 of 2 made', false, deployment({ ...seen, replicas: 2, updatedReplicas: 1, availableReplicas: 2 })],
  ['1 old pods not gone yet', false, deployment({ ...seen, replicas: 3, updatedReplicas: 2 })],
  ['1 of 2 ready', false, deployment({ ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 1 })],
  ['2 of 2 ready', true, deployment({ ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 2 })],
  ['its controller has not seen it yet', false, statefulSet({ observedGeneration: 1, readyReplicas: 3 })],
  ['2 of 3 ready', false, statefulSet({ ...seen, readyReplicas: 2, updatedReplicas: 3 })],
  [
    '1 of 3 replaced',
    false,
    statefulSet({
      ...seen,
      readyReplicas: 3,
      updatedReplicas: 1,
      currentRevision: 'a',
      updateRevision: 'b',
    }),
  ],
  [
    '3 of 3 ready',
    true,
    statefulSet({
      ...seen,
      readyReplicas: 3,
      updatedReplicas: 3,
      currentRevision: 'b',
      updateRevision: 'b',
    }),
  ],
  ['done', true, job({ conditions: [{ type: 'Complete', status: 'True' }] })],
  ['failed', false, job({ conditions: [{ type: 'Failed', status: 'True' }] })],
  ['not begun', false, job({ conditions: [{ type: 'Failed', status: 'False' }] })],
  [
    'at work, 1 of 4 done, 2 of its pods failed',
    false,
    job({ active: 1, failed: 2, succeeded: 1 }, { completions: 4 }),
  ],
  ['bound', true, { kind: 'PersistentVolumeClaim', metadata, spec: {}, status: { phase: 'Bound' } }],
  ['not bound (Pending)', false, { kind: 'PersistentVolumeClaim', metadata, spec: {} }],
])('%s (ready: %p)', (text, isReady, object) => {
  expect(progressOf(object)).toEqual({ text, isReady });
});
