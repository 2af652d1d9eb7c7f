/** Objects of the Kubernetes API as kubectl prints them, with only the fields that are read here. */

export interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly {
    readonly uid: string;
    readonly kind: string;
    readonly name: string;
  }[];
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
}

export interface Deployment {
  readonly kind: 'Deployment';
  readonly metadata: Metadata;
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

export interface StatefulSet {
  readonly kind: 'StatefulSet';
  readonly metadata: Metadata;
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

export interface Job {
  readonly kind: 'Job';
  readonly metadata: Metadata;
  readonly spec: { readonly backoffLimit?: number; readonly completions?: number };
  readonly status?: {
    readonly active?: number;
    readonly failed?: number;
    readonly succeeded?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface ReplicaSet {
  readonly kind: 'ReplicaSet';
  readonly metadata: Metadata;
}

export interface Claim {
  readonly kind: 'PersistentVolumeClaim';
  readonly metadata: Metadata;
  readonly spec: { readonly storageClassName?: string };
  readonly status?: { readonly phase?: 'Pending' | 'Bound' | 'Lost' };
}

/** How a container ended. */
export interface Terminated {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: Terminated;
  };
  readonly lastState?: { readonly terminated?: Terminated };
}

export interface Pod {
  readonly kind: 'Pod';
  readonly metadata: Metadata;
  readonly spec: {
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  readonly status?: {
    readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface Event {
  readonly kind: 'Event';
  readonly metadata: Metadata;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly involvedObject: { readonly uid: string };
}

/** An object that a rollout waits for. */
export type Awaited = Deployment | StatefulSet | Job | Claim;

/** Any object that is read. */
export type ApiObject = Awaited | ReplicaSet | Pod | Event;

export interface List<Item> {
  readonly items: readonly Item[];
}

export interface Service {
  readonly kind: 'Service';
  readonly metadata: Metadata;
  readonly spec: {
    readonly type?: string;
    readonly ports: readonly { readonly name?: string; readonly port: number; readonly nodePort?: number }[];
  };
}
