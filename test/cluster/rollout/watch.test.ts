/** A watch of a cluster whose answers stand in a file: `kubectl` on PATH is a script that gives them. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ApiObject, ContainerStatus, Deployment, Job, Pod } from '../../../cluster/api';
import { Kubectl } from '../../../cluster/kubectl';
import { waitForRollout } from '../../../cluster/rollout/watch';

const PATH = process.env.PATH ?? '';
let dir = '';
let said: string[] = [];

/** The answers of `kubectl get`, one after the other, the last one for ever; `kubectl logs` gives a line. */
function fakeKubectl(...answers: readonly ApiObject[][]): void {
  answers.forEach((items, i) => {
    writeFileSync(path.join(dir, `${i + 1}.json`), JSON.stringify({ items }));
  });
  const script = `#!/bin/sh
case "$*" in
  *logs*) echo "log of: $*"; exit ;;
esac
n=$(($(cat ${dir}/n 2>/dev/null || echo 0) + 1)); echo $n > ${dir}/n
[ -e ${dir}/$n.json ] || n=${answers.length}
cat ${dir}/$n.json`;
  writeFileSync(path.join(dir, 'kubectl'), script);
  chmodSync(path.join(dir, 'kubectl'), 0o755);
}

const wait = (timeoutMs: number) =>
  waitForRollout({
    kubectl: new Kubectl({ namespace: 'test' }),
    wanted: [
      { kind: 'Deployment', name: 'registry' },
      { kind: 'Job', name: 'producer' },
    ],
    timeoutMs,
    lookMs: 10,
    say: (line) => said.push(line.replace(/^\[ *[\d.]+ s\] /, '')),
    source: 'dist/dev.k8s.yaml',
  });

const deployment = (availableReplicas: number): Deployment => ({
  kind: 'Deployment',
  metadata: { name: 'registry', uid: 'd', generation: 1 },
  spec: { replicas: 1 },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas },
});
const job = (type?: 'Complete' | 'Failed'): Job => ({
  kind: 'Job',
  metadata: { name: 'producer', uid: 'j' },
  spec: {},
  status: { active: 1, conditions: type ? [{ type, status: 'True', message: 'no more tries' }] : [] },
});
function podOf(uid: string, state: ContainerStatus['state']): Pod {
  const container = { name: 'main', image: 'x:1', ready: false, restartCount: 0, state };
  return {
    kind: 'Pod',
    metadata: { name: `pod-of-${uid}`, uid: `p${uid}`, ownerReferences: [{ uid, kind: 'any', name: uid }] },
    spec: {},
    status: { phase: 'Running', containerStatuses: [container] },
  };
}

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'kubectl-'));
  process.env.PATH = `${dir}:${PATH}`;
  said = [];
});
afterAll(() => {
  process.env.PATH = PATH;
});

test('each object that becomes ready is reported once, and the wait ends when all are ready', async () => {
  fakeKubectl([deployment(1), job()], [deployment(1), job('Complete')]);
  await wait(60_000);
  expect(said).toEqual(['Deployment registry: 1 of 1 ready (1 of 2)', 'Job producer: done (2 of 2)']);
});

test('an object that is no longer ready is waited for again', async () => {
  fakeKubectl([deployment(1), job()], [deployment(0), job('Complete')], [deployment(1), job('Complete')]);
  await wait(60_000);
  expect(said).toContain('Deployment registry is no longer ready: 0 of 1 ready');
});

test('a failed Job ends it at once, with its exit code and its log', async () => {
  fakeKubectl([deployment(0), job('Failed'), podOf('j', { terminated: { exitCode: 3 } })]);
  await expect(wait(60_000)).rejects.toThrow(
    `not ready after 0 s, and waiting longer cannot help
  Deployment registry: 0 of 1 ready
  Job producer: failed

Job producer: it failed and is not retried: no more tries; pod pod-of-j, container main: ended with exit code 3
  last lines of its log:
  | log of: --namespace test logs pod-of-j --container main --tail 12
To fix it: `,
  );
});

test('at the timeout it reports what is not ready, and why', async () => {
  fakeKubectl([deployment(0), job('Complete'), podOf('d', { running: {} })]);
  await expect(wait(1)).rejects.toThrow(
    /not ready after \d s: 1 of 2\n {2}Deployment registry: 0 of 1 ready\n\npod pod-of-d, container main: is running, but not ready/,
  );
});

test('an object that was never applied ends it at once', async () => {
  fakeKubectl([job('Complete')]);
  await expect(wait(60_000)).rejects.toThrow(
    'Deployment registry: it is in dist/dev.k8s.yaml, but not in namespace test\nTo fix it: kubectl apply -f dist/dev.k8s.yaml',
  );
});
