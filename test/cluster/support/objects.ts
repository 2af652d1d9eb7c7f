/** The parts of Kubernetes' objects that the tests read. */

interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
}

/** What became of a container that ended. */
export interface Terminated {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  /** `containerd://ID`; empty before it was started. */
  readonly containerID?: string;
  readonly state: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: { readonly startedAt: string };
    readonly terminated?: Terminated;
  };
  readonly lastState?: { readonly terminated?: Terminated };
}

export interface Pod {
  readonly metadata: Metadata;
  readonly spec: {
    readonly nodeName?: string;
    readonly terminationGracePeriodSeconds: number;
    readonly containers: readonly {
      readonly name: string;
      readonly image: string;
      readonly resources: { readonly requests: Readonly<Record<string, string>> };
    }[];
  };
  readonly status: {
    readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** A Deployment or a StatefulSet. */
export interface Controller {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: { readonly replicas: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

export interface Job {
  readonly metadata: Metadata;
  readonly status: {
    readonly succeeded?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

export interface Service {
  readonly metadata: Metadata;
  readonly spec: {
    readonly clusterIP: string;
    readonly ports: readonly { readonly name: string; readonly port: number; readonly nodePort?: number }[];
  };
}

export interface Event {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
}

/** The program of a pod: the instance label, which is the workload's name in the charts. */
export const instanceOf = ({ metadata }: Pod): string =>
  metadata.labels?.['app.kubernetes.io/instance'] ?? metadata.name;

/** Whether Kubernetes counts the pod as able to serve. */
export const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status.conditions ?? []).some((it) => it.type === 'Ready' && it.status === 'True');

/** Whether every pod of the controller is there, ready, and of its newest template. */
export const isRolledOut = ({ metadata, spec, status }: Controller): boolean =>
  status.observedGeneration === metadata.generation &&
  [status.replicas, status.updatedReplicas, status.readyReplicas].every(
    (count) => (count ?? 0) === spec.replicas,
  );

/** Why a pod is not ready, in a line. */
export function stateOf({ metadata, status }: Pod): string {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const reasons = containers
    .filter(({ ready }) => !ready)
    .map(({ name, state }) => {
      const { waiting, terminated } = state;
      return `${name} ${waiting?.reason ?? terminated?.reason ?? 'not ready'} ${waiting?.message ?? ''}`.trim();
    });
  const unscheduled = (status.conditions ?? []).find(
    (it) => it.type === 'PodScheduled' && it.status === 'False',
  );
  return `${metadata.name} ${status.phase}: ${unscheduled?.message ?? reasons.join(', ')}`;
}
