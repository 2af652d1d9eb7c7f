/** Pods that Pod Security `restricted` admits: every pod of the stack is made here. */
import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { k8s } from '../../imports';
import { imageName } from './images';
import { resourceRequirements, type Resources } from './resources';
import { stackSettings } from './settings';
import { unlessEmpty } from './unless-empty';
import type { Workload } from './workload';

/** Environment: plain values, or sources of them (a Secret's key, a field of the pod). */
export type Environment = Readonly<Record<string, string | k8s.EnvVarSource>>;

export interface ContainerOptions {
  readonly name: string;
  /** As in the construct's props; the stack's registry is put before it here. */
  readonly image: string;
  /** @default - the image's entry point */
  readonly command?: readonly string[];
  /** @default - the image's arguments */
  readonly args?: readonly string[];
  /** In this order, so that a value can refer to one before it as `$(NAME)`. */
  readonly env?: Environment;
  /** Container ports by name, TCP. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly resources: Required<Resources>;
  readonly startupProbe?: k8s.Probe;
  readonly readinessProbe?: k8s.Probe;
  readonly livenessProbe?: k8s.Probe;
  /**
   * How long the process still runs while its pod ends, within the grace period, for others that need it to
   * end well.
   * @default - SIGTERM at once
   */
  readonly endsAfter?: Duration;
  readonly mounts?: readonly k8s.VolumeMount[];
  /**
   * Writable folders that are gone with the pod, path by volume name; containers that name the same volume
   * share it.
   */
  readonly scratch?: Readonly<Record<string, string>>;
}

export interface PodOptions {
  /** User that all containers run as: a number, as Kubernetes cannot tell whether a name is root. */
  readonly uid: number;
  /** @default - the same number as `uid` */
  readonly gid?: number;
  readonly containers: readonly ContainerOptions[];
  /** @default - none */
  readonly initContainers?: readonly ContainerOptions[];
  /** Volumes other than scratch folders. */
  readonly volumes?: readonly k8s.Volume[];
  /** Time between SIGTERM and SIGKILL. */
  readonly gracePeriod: Duration;
  /** @default 'Always' */
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  /**
   * Account whose token the pod gets, to talk to the Kubernetes API.
   * @default - no token
   */
  readonly serviceAccountName?: string;
  /**
   * Spreads the pods of this workload over nodes and zones.
   * @default - not spread
   */
  readonly spread?: Workload;
}

/** Largest size of each scratch folder. */
const SCRATCH_LIMIT = '256Mi';

/**
 * A pod that runs without root, capabilities, service variables or an unused token. Only the named folders
 * are writable.
 */
export function hardenedPod(scope: IConstruct, options: PodOptions): k8s.PodSpec {
  const { uid, gid = uid, initContainers = [], containers, volumes = [], spread } = options;
  const scratch = new Set(
    [...initContainers, ...containers].flatMap((container) => Object.keys(container.scratch ?? {})),
  );
  const pullSecrets = stackSettings(scope).imagePullSecrets.map((name) => ({ name }));
  return {
    imagePullSecrets: unlessEmpty(pullSecrets),
    automountServiceAccountToken: options.serviceAccountName !== undefined,
    serviceAccountName: options.serviceAccountName,
    // A Service named `kafka…` would set KAFKA…_PORT=tcp://…, which images read as a setting.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: gid,
      fsGroup: gid,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    terminationGracePeriodSeconds: options.gracePeriod.toSeconds(),
    restartPolicy: options.restartPolicy,
    topologySpreadConstraints: spread === undefined ? undefined : spreadOver(spread),
    initContainers: unlessEmpty(initContainers.map((it) => hardenedContainer(scope, it))),
    containers: containers.map((it) => hardenedContainer(scope, it)),
    volumes: unlessEmpty([
      ...volumes,
      ...[...scratch].map((name) => ({
        name,
        emptyDir: { sizeLimit: k8s.Quantity.fromString(SCRATCH_LIMIT) },
      })),
    ]),
  };
}

/** The environment variable of a Secret's key; manifests hold no secret values. */
export function secretKey(name: string, key: string): k8s.EnvVarSource {
  return { secretKeyRef: { name, key } };
}

/** The environment variable of a field of the pod, for example `metadata.name`. */
export function podField(fieldPath: string): k8s.EnvVarSource {
  return { fieldRef: { fieldPath } };
}

function hardenedContainer(scope: IConstruct, options: ContainerOptions): k8s.Container {
  const { mounts = [], scratch = {}, ports = {}, env = {} } = options;
  return {
    name: options.name,
    image: imageName(scope, options.image),
    imagePullPolicy: 'IfNotPresent',
    command: options.command && [...options.command],
    args: options.args && [...options.args],
    env: unlessEmpty(
      Object.entries(env).map(([name, value]) =>
        typeof value === 'string' ? { name, value } : { name, valueFrom: value },
      ),
    ),
    ports: unlessEmpty(
      Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' })),
    ),
    resources: resourceRequirements(options.resources),
    startupProbe: options.startupProbe,
    readinessProbe: options.readinessProbe,
    livenessProbe: options.livenessProbe,
    lifecycle: options.endsAfter && {
      preStop: { exec: { command: ['sleep', String(options.endsAfter.toSeconds())] } },
    },
    volumeMounts: unlessEmpty([
      ...mounts,
      ...Object.entries(scratch).map(([name, mountPath]) => ({ name, mountPath })),
    ]),
    // If a container writes no termination message, the pod's status shows the last lines of its log.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      privileged: false,
      capabilities: { drop: ['ALL'] },
    },
  };
}

function spreadOver(workload: Workload): k8s.TopologySpreadConstraint[] {
  return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    // Pods must still start elsewhere when a node or a zone is down.
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...workload.selector } },
  }));
}
