/** The synthesized objects as plain data, and the questions that the rules ask of them. */

/** An object as `kubectl apply` gets it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec?: Record<string, unknown>;
  data?: Record<string, string>;
  [member: string]: unknown;
}

export interface Metadata {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface Probe {
  tcpSocket?: { port: number | string };
  httpGet?: { port: number | string; path?: string };
  exec?: { command: string[] };
  periodSeconds?: number;
  failureThreshold?: number;
  timeoutSeconds?: number;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: {
    configMapKeyRef?: { name: string; key: string };
    secretKeyRef?: { name: string; key: string };
    fieldRef?: { fieldPath: string };
  };
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  ports?: { name?: string; containerPort: number; hostPort?: number }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: {
    runAsUser?: number;
    runAsNonRoot?: boolean;
    privileged?: boolean;
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    capabilities?: { add?: string[]; drop?: string[] };
    seccompProfile?: { type: string };
  };
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  volumeMounts?: { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[];
}

export interface Volume {
  name: string;
  configMap?: { name: string; items?: { key: string }[]; optional?: boolean };
  secret?: { secretName: string; optional?: boolean };
  persistentVolumeClaim?: { claimName: string };
  emptyDir?: { sizeLimit?: string; medium?: string };
  hostPath?: { path: string };
  ephemeral?: { volumeClaimTemplate: { spec: Record<string, unknown> } };
  projected?: { sources: { configMap?: { name: string } }[] };
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  securityContext?: {
    runAsUser?: number;
    runAsNonRoot?: boolean;
    fsGroup?: number;
    seccompProfile?: { type: string };
  };
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  terminationGracePeriodSeconds?: number;
  restartPolicy?: string;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  topologySpreadConstraints?: { labelSelector?: Selector }[];
  affinity?: unknown;
}

export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface ServicePort {
  name?: string;
  port: number;
  targetPort?: number | string;
  nodePort?: number;
}

export interface ServiceSpec {
  clusterIP?: string;
  type?: string;
  selector?: Record<string, string>;
  ports: ServicePort[];
}

/** A Deployment, StatefulSet or Job, opened. */
export interface Workload {
  object: KubeObject;
  /** `Deployment/flink-jobmanager` */
  id: string;
  labels: Record<string, string>;
  pod: PodSpec;
  replicas: number;
  /** Runs until it is stopped, unlike a Job. */
  serves: boolean;
}

/** What breaks a rule: the object and what is wrong with it. */
export interface Finding {
  object: string;
  message: string;
}

/** One thing that holds for every chart. */
export interface Rule {
  name: string;
  check: (objects: readonly KubeObject[]) => Finding[];
}

/** `Service/kafka-broker` */
export const idOf = (object: KubeObject): string => `${object.kind}/${object.metadata.name}`;

export const ofKind = (objects: readonly KubeObject[], ...kinds: string[]): KubeObject[] =>
  objects.filter(({ kind }) => kinds.includes(kind));

export const named = (objects: readonly KubeObject[], kind: string, name: string): KubeObject | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

interface WorkloadSpec {
  replicas?: number;
  parallelism?: number;
  template: { metadata?: { labels?: Record<string, string> }; spec: PodSpec };
}

/** All that makes pods. */
export function workloads(objects: readonly KubeObject[]): Workload[] {
  return ofKind(objects, 'Deployment', 'StatefulSet', 'DaemonSet', 'Job').map((object) => {
    const { replicas, parallelism, template } = object.spec as unknown as WorkloadSpec;
    return {
      object,
      id: idOf(object),
      labels: template.metadata?.labels ?? {},
      pod: template.spec,
      replicas: replicas ?? parallelism ?? 1,
      serves: object.kind !== 'Job',
    };
  });
}

/** Containers and init containers of a pod. */
export const containersOf = (pod: PodSpec): Container[] => [...(pod.initContainers ?? []), ...pod.containers];

/** A check of every pod: the messages become findings of its workload. */
export const eachPod =
  (check: (workload: Workload, objects: readonly KubeObject[]) => string[]): Rule['check'] =>
  (objects) =>
    workloads(objects).flatMap((workload) =>
      check(workload, objects).map((message) => ({ object: workload.id, message })),
    );

/** A check of every container, init containers too: the messages name the container. */
export const eachContainer = (check: (container: Container, workload: Workload) => string[]): Rule['check'] =>
  eachPod((workload) =>
    containersOf(workload.pod).flatMap((container) =>
      check(container, workload).map((message) => `container ${container.name}: ${message}`),
    ),
  );

/** A check of every object of the given kinds. */
export const eachObject =
  (kinds: string[], check: (object: KubeObject, objects: readonly KubeObject[]) => string[]): Rule['check'] =>
  (objects) =>
    ofKind(objects, ...kinds).flatMap((object) =>
      check(object, objects).map((message) => ({ object: idOf(object), message })),
    );

/** Whether a label selector selects these labels. An empty one selects everything. */
export function selects(selector: Selector | undefined, labels: Record<string, string>): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          throw new Error(`unknown operator ${operator} in a label selector`);
      }
    })
  );
}

/** Label that the controller of StatefulSets gives each pod. */
const POD_NAME = 'statefulset.kubernetes.io/pod-name';

/** The workloads that a Service sends to. */
export function backendsOf(service: KubeObject, objects: readonly KubeObject[]): Workload[] {
  const { selector } = service.spec as unknown as ServiceSpec;
  if (!selector) return [];
  const { [POD_NAME]: podName, ...own } = selector;
  return workloads(objects).filter(
    ({ labels, object, replicas }) =>
      selects({ matchLabels: own }, labels) &&
      (podName === undefined ||
        Array.from({ length: replicas }, (_, i) => `${object.metadata.name}-${i}`).includes(podName)),
  );
}

/** The container port that a port name or number means in a pod; undefined when there is none. */
export function containerPort(pod: PodSpec, port: number | string): number | undefined {
  return pod.containers
    .flatMap(({ ports = [] }) => ports)
    .find(({ name, containerPort: number }) => (typeof port === 'number' ? number === port : name === port))
    ?.containerPort;
}

const SUFFIX: Record<string, number> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity as a number: `250m` is 0.25, `1Gi` is 2^30. */
export function quantity(text: string): number {
  const match = /^([0-9.]+)([A-Za-z]*)$/.exec(String(text));
  const factor = SUFFIX[match?.[2] ?? '?'];
  if (!match || factor === undefined) throw new Error(`${text} is no Kubernetes quantity`);
  return Number(match[1]) * factor;
}
