import type { Job, Pod } from '../../../cluster/api';
import { exitCodeOf } from '../../../cluster/ingest/follow';
import { Snapshot } from '../../../cluster/rollout/snapshot';

function job(type?: 'Complete' | 'Failed'): Job {
  const conditions = type === undefined ? [] : [{ type, status: 'True' as const }];
  return { kind: 'Job', metadata: { name: 'job', uid: 'job' }, spec: {}, status: { conditions } };
}

function pod(name: string, creationTimestamp: string, exitCode: number): Pod {
  const status = {
    name: 'producer',
    image: 'x',
    ready: false,
    restartCount: 0,
    state: { terminated: { exitCode } },
  };
  return {
    kind: 'Pod',
    metadata: {
      name,
      uid: name,
      creationTimestamp,
      ownerReferences: [{ kind: 'Job', uid: 'job', name: 'job' }],
    },
    spec: {},
    status: { containerStatuses: [status] },
  };
}

const later = pod('a', '2026-01-01T00:00:02Z', 3);
const earlier = pod('b', '2026-01-01T00:00:01Z', 1);

test('a running Job has no exit code yet', () => {
  expect(exitCodeOf(job(), new Snapshot([job(), earlier]))).toBeUndefined();
});

test('a finished Job has 0, even after failed attempts', () => {
  expect(exitCodeOf(job('Complete'), new Snapshot([job('Complete'), earlier]))).toBe(0);
});

test('a failed Job has the exit code of its last pod', () => {
  expect(exitCodeOf(job('Failed'), new Snapshot([later, earlier]))).toBe(3);
});

test('a failed Job whose pods are gone has 1', () => {
  expect(exitCodeOf(job('Failed'), new Snapshot([]))).toBe(1);
});
