/** Containers that Pod Security `restricted` admits. */
import { type Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import type { IConstruct } from 'constructs';
import { k8s } from '../../imports';
import type { Environment } from './environment';
import { imageName } from './images';
import { checkKept } from './kept';
import { resolveResources, resourceRequirements, type Resources } from './resources';
import { unlessEmpty } from './unless-empty';

/** A container that runs without root and capabilities, and writes only to the named folders. */
export interface ContainerOptions {
  /** Name of the container, unique in its pod. */
  readonly name: string;
  /** Image. The stack's `imageRegistry` replaces its registry. */
  readonly image: string;
  /**
   * Program.
   * @default - the image's entry point
   */
  readonly command?: readonly string[];
  /**
   * Arguments of the program.
   * @default - the image's arguments
   */
  readonly args?: readonly string[];
  /**
   * Environment variables, in this order, so that a value can refer to one before it as `$(NAME)`.
   * @default - none
   */
  readonly env?: Environment;
  /**
   * Container ports by name, TCP.
   * @default - none
   */
  readonly ports?: Readonly<Record<string, number>>;
  /**
   * CPU and memory.
   * @default - 10m to 500m CPU, 32Mi to 128Mi of memory
   */
  readonly resources?: Resources;
  /**
   * When the container has started. The other probes begin after that.
   * @default - at once
   */
  readonly startupProbe?: k8s.Probe;
  /**
   * When the container can serve.
   * @default - once it has started
   */
  readonly readinessProbe?: k8s.Probe;
  /**
   * When the container has to be restarted.
   * @default - only when it ends
   */
  readonly livenessProbe?: k8s.Probe;
  /**
   * How long the process still runs while its pod ends, within the grace period, for others that need it to
   * end well.
   * @default - SIGTERM at once
   */
  readonly endsAfter?: Duration;
  /**
   * Where the container mounts volumes of the pod.
   * @default - none
   */
  readonly mounts?: readonly k8s.VolumeMount[];
  /**
   * Writable folders that are gone with the pod, path by volume name; containers that name the same volume
   * share it.
   * @default - none: the root file system is read-only
   */
  readonly scratch?: Readonly<Record<string, string>>;
  /**
   * Number of the user that the container runs as, which must not be root.
   * @default - the user of the pod's main container
   */
  readonly uid?: number;
}

const RESOURCES: Required<Resources> = {
  cpuRequest: Cpu.millis(10),
  cpuLimit: Cpu.millis(500),
  memoryRequest: Size.mebibytes(32),
  memoryLimit: Size.mebibytes(128),
};

/** A container without privileges. */
export function hardenedContainer(scope: IConstruct, options: ContainerOptions): k8s.Container {
  const { mounts = [], scratch = {}, ports = {}, env = {} } = options;
  checkFields(scope, options);
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
    resources: resourceRequirements(
      resolveResources(scope, options.resources, RESOURCES, `container ${options.name}: resources`),
    ),
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
      runAsUser: options.uid,
      privileged: false,
      capabilities: { drop: ['ALL'] },
    },
  };
}

/** Throws on fields that the typed objects do not have. */
function checkFields(scope: IConstruct, { name, env = {}, ...options }: ContainerOptions): void {
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
    const given = options[probe];
    if (given !== undefined) checkKept(scope, `container ${name}: ${probe}`, given, k8s.toJson_Probe);
  }
  for (const [variable, value] of Object.entries(env)) {
    if (typeof value === 'string') continue;
    checkKept(scope, `container ${name}: env.${variable}`, value, k8s.toJson_EnvVarSource);
  }
}
