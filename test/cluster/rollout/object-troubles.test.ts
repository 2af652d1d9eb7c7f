import type { ApiObject, Claim, ContainerStatus, Deployment, Event, Job, Pod } from '../../../cluster/api';
import { Snapshot } from '../../../cluster/rollout/snapshot';
import { troublesOf } from '../../../cluster/rollout/object-troubles';
import { IMAGES } from '../../../constructs/common/images';

const owner = (kind: string, uid: string) => [{ kind, uid, name: uid }];

const deployment: Deployment = {
  kind: 'Deployment',
  metadata: { name: 'registry', uid: 'deployment' },
  spec: {},
};
const replicaSet: ApiObject = {
  kind: 'ReplicaSet',
  metadata: { name: 'registry-1', uid: 'rs', ownerReferences: owner('Deployment', 'deployment') },
};

function pod(status: Pod['status'], claimName?: string): Pod {
  return {
    kind: 'Pod',
    metadata: { name: 'registry-1-a', uid: 'pod', ownerReferences: owner('ReplicaSet', 'rs') },
    spec: { volumes: claimName === undefined ? [] : [{ persistentVolumeClaim: { claimName } }] },
    status,
  };
}

function container(state: ContainerStatus['state'], more: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name: 'registry', image: 'confluentinc/cp:1', ready: false, restartCount: 0, state, ...more };
}

function event(uid: string, reason: string, message: string, more: Partial<Event> = {}): Event {
  const metadata = { name: reason, uid: `${uid}-${reason}` };
  return { kind: 'Event', metadata, type: 'Warning', reason, message, involvedObject: { uid }, ...more };
}

const troubles = (...objects: ApiObject[]) =>
  troublesOf(deployment, new Snapshot([deployment, replicaSet, ...objects]));
const withContainer = (status: ContainerStatus, ...events: Event[]) =>
  troubles(pod({ phase: 'Pending', containerStatuses: [status] }), ...events);

test('a pod that is still starting is not reported', () => {
  expect(withContainer(container({ waiting: { reason: 'ContainerCreating' } }))).toEqual([]);
});

test("an image that no registry has is named with the registry's answer; waiting does not help", () => {
  const message =
    'Back-off pulling image "confluentinc/cp:1": ErrImagePull: failed to resolve reference "docker.io/confluentinc/cp:1": not found';
  const [trouble] = withContainer(container({ waiting: { reason: 'ImagePullBackOff', message } }));
  expect(trouble).toMatchObject({
    at: 'pod registry-1-a, container registry',
    reason: 'ImagePullBackOff: the node cannot pull image confluentinc/cp:1: not found',
    weight: 'hopeless',
  });
});

test('an older kubelet reports only in an event why an image is not pulled', () => {
  const status = container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } });
  const [trouble] = withContainer(
    status,
    event('pod', 'Failed', 'Failed to pull image "x": rpc error: manifest unknown'),
  );
  expect(trouble).toMatchObject({
    reason: 'ImagePullBackOff: the node cannot pull image confluentinc/cp:1: manifest unknown',
    weight: 'hopeless',
  });
});

test('a registry that does not answer may do so later', () => {
  const message = 'failed to do request: dial tcp 1.2.3.4:443: i/o timeout';
  expect(withContainer(container({ waiting: { reason: 'ErrImagePull', message } }))).toMatchObject([
    { weight: 'odd' },
  ]);
});

test('a missing image of this project is reported with how to build and load it', () => {
  const image = `docker.io/${IMAGES.strainProducer}`;
  const [trouble] = withContainer(
    container({ waiting: { reason: 'ErrImagePull', message: 'x' } }, { image }),
  );
  expect(trouble?.weight).toBe('hopeless');
  expect(trouble?.fix).toContain(`npm run images`);
  expect(trouble?.fix).toContain(`minikube image load ${image}`);
});

test('a container that crashes is named with its exit code, and the log of its previous run', () => {
  const status = container(
    { waiting: { reason: 'CrashLoopBackOff' } },
    {
      restartCount: 3,
      lastState: { terminated: { exitCode: 7, reason: 'Error', message: 'one\nno broker\n' } },
    },
  );
  expect(withContainer(status)).toMatchObject([
    {
      reason: 'CrashLoopBackOff: ended with exit code 7, restarted 3 times: no broker',
      weight: 'odd',
      log: { pod: 'registry-1-a', container: 'registry', previous: true },
    },
  ]);
});

test('a container that says how to fix it is quoted', () => {
  const message = 'refusing to start: 3 brokers\nTo fix it: set `brokers` back to 1.\n';
  expect(withContainer(container({ terminated: { exitCode: 1, message } }))).toMatchObject([
    {
      reason: 'ended with exit code 1: refusing to start: 3 brokers',
      fix: 'set `brokers` back to 1.',
    },
  ]);
});

test('a container that ran out of memory should get more', () => {
  const terminated = { exitCode: 137, reason: 'OOMKilled' };
  expect(withContainer(container({ terminated }))).toMatchObject([
    { reason: 'ended with exit code 137 (OOMKilled)', fix: expect.stringContaining('more memory') as string },
  ]);
});

test('an init container that fails is named, too', () => {
  const init = container({ terminated: { exitCode: 1 } }, { name: 'prepare' });
  expect(troubles(pod({ phase: 'Pending', initContainerStatuses: [init] }))).toMatchObject([
    { at: 'pod registry-1-a, container prepare', reason: 'ended with exit code 1' },
  ]);
});

test('a container that runs and is not ready is named with what its probe says last', () => {
  const probes = ['first', 'connection refused'].map((message, i) =>
    event('pod', 'Unhealthy', message, { lastTimestamp: `2026-01-01T00:00:0${i}Z` }),
  );
  expect(withContainer(container({ running: {} }), ...probes.reverse())).toMatchObject([
    { reason: 'is running, but not ready: connection refused', weight: 'slow' },
  ]);
});

test("a missing ConfigMap is reported in the kubelet's words", () => {
  const waiting = { reason: 'CreateContainerConfigError', message: 'configmap "x" not found' };
  expect(withContainer(container({ waiting }))).toMatchObject([
    { reason: 'CreateContainerConfigError: configmap "x" not found' },
  ]);
});

test('a volume that cannot be mounted is reported by its event', () => {
  const creating = container({ waiting: { reason: 'ContainerCreating' } });
  expect(withContainer(creating, event('pod', 'FailedMount', 'no such disk'))).toMatchObject([
    { at: 'pod registry-1-a', reason: 'FailedMount: no such disk' },
  ]);
});

const unscheduled = (message: string): Pod['status'] => ({
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
});

test("a pod that fits no node is reported with the scheduler's reason", () => {
  const message = '0/1 nodes are available: 1 Insufficient memory.';
  expect(troubles(pod(unscheduled(message)))).toMatchObject([
    { at: 'pod registry-1-a', reason: `no node can run it (Unschedulable): ${message}` },
  ]);
});

test("a pod that waits for a volume is reported with the storage class and the provisioner's message", () => {
  const claim: Claim = {
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', uid: 'claim' },
    spec: { storageClassName: 'fast' },
    status: { phase: 'Pending' },
  };
  const waiting = pod(unscheduled('pod has unbound immediate PersistentVolumeClaims.'), 'data');
  const said = event('claim', 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found');
  const reason = 'not bound to a volume (class fast): storageclass.storage.k8s.io "fast" not found';
  expect(troubles(waiting, claim, said)).toMatchObject([
    { at: 'pod registry-1-a', reason: `no node can run it: claim data: ${reason}` },
  ]);
  expect(troublesOf(claim, new Snapshot([claim, said]))).toMatchObject([
    { at: 'PersistentVolumeClaim data', reason, weight: 'odd' },
  ]);
});

test("pods that Pod Security refuses are reported by the ReplicaSet's event; waiting does not help", () => {
  const message =
    '(combined from similar events): Error creating: pods "x" is forbidden: violates PodSecurity "restricted:latest": a';
  expect(troubles(event('rs', 'FailedCreate', message))).toMatchObject([
    {
      at: 'Deployment registry',
      reason:
        'its pods are rejected: Error creating: pods "x" is forbidden: violates PodSecurity "restricted:latest": a',
      weight: 'hopeless',
    },
  ]);
});

test('pods that a quota refuses can still come', () => {
  expect(troubles(event('rs', 'FailedCreate', 'exceeded quota: stack'))).toMatchObject([
    { weight: 'odd', fix: expect.stringContaining('quota') as string },
  ]);
});

const job = (conditions: NonNullable<Job['status']>['conditions']): Job => ({
  kind: 'Job',
  metadata: { name: 'strain-producer-1', uid: 'job' },
  spec: {},
  status: { conditions },
});
const failedPod: Pod = {
  kind: 'Pod',
  metadata: { name: 'strain-producer-1-a', uid: 'p', ownerReferences: owner('Job', 'job') },
  spec: {},
  status: {
    phase: 'Failed',
    containerStatuses: [container({ terminated: { exitCode: 3 } }, { name: 'producer' })],
  },
};

test("a failed Job is reported with its last pod's exit code and log; waiting does not help", () => {
  const failed = job([
    { type: 'Failed', status: 'True', reason: 'PodFailurePolicy', message: 'matched rule' },
  ]);
  expect(troublesOf(failed, new Snapshot([failed, failedPod]))).toMatchObject([
    {
      at: 'Job strain-producer-1',
      reason:
        'it failed and is not retried: matched rule; pod strain-producer-1-a, container producer: ended with exit code 3',
      weight: 'hopeless',
      log: { pod: 'strain-producer-1-a', container: 'producer', previous: false },
    },
  ]);
});

test('a Job that is retried has not failed', () => {
  const running = job([]);
  expect(troublesOf(running, new Snapshot([running, failedPod]))).toMatchObject([
    { at: 'pod strain-producer-1-a, container producer', weight: 'odd' },
  ]);
});

test('pods of other objects, and pods that are being deleted, do not count', () => {
  const crashed = {
    phase: 'Running' as const,
    containerStatuses: [container({ terminated: { exitCode: 1 } })],
  };
  const other = pod(crashed);
  const going = pod(crashed);
  expect(
    troubles(
      { ...other, metadata: { ...other.metadata, ownerReferences: owner('ReplicaSet', 'another') } },
      { ...going, metadata: { ...going.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
    ),
  ).toEqual([]);
});
