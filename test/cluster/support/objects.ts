/** The parts of Kubernetes' objects that the tests read. */

interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
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
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
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
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly {
      readonly name: string;
      readonly port: number;
      readonly targetPort: string | number;
      readonly nodePort?: number;
    }[];
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

/** Whether all containers of the pod run, ready or not. */
export const isRunning = ({ status }: Pod): boolean =>
  (status.containerStatuses ?? []).length > 0 &&
  (status.containerStatuses ?? []).every(({ state }) => state.running !== undefined);

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
