/** What all pods of Flink share. */
import { Duration, Size } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { invalid } from '../common/invalid';
import { formatSize, type Resources } from '../common/resources';
import type { FlinkConfig } from '../config/flink';
import { formatMemory, MIB, parseMemory } from '../config/memory';
import type { HighAvailabilityAccess } from './access';
import type { ApplicationStart } from './application-start';
import type { ResolvedFlinkStorage } from './storage';

/** Folder of Flink in the images. */
export const FLINK_HOME = '/opt/flink';

/** User and group `flink` of the images. */
export const FLINK_UID = 9999;

/** How long a process may take to come up, and to stop. */
export const FLINK_STARTS_WITHIN = Duration.minutes(3);
export const FLINK_GRACE_PERIOD = Duration.seconds(60);

/** Folders that Flink writes. */
export const FLINK_SCRATCH: Readonly<Record<string, string>> = { log: `${FLINK_HOME}/log`, tmp: '/tmp' };

/** What the construct gives each of its processes. */
export interface FlinkProcessProps {
  /** Beginning of all names: `flink` makes `flink-jobmanager`. */
  readonly cluster: string;
  readonly image: string;
  /** The part of the configuration that all processes share. */
  readonly config: FlinkConfig;
  readonly storage: ResolvedFlinkStorage | undefined;
  /** Given with high availability. */
  readonly access: HighAvailabilityAccess | undefined;
  /**
   * Given where the processes are a job's own.
   * @default - a session cluster, whose processes wait for jobs
   */
  readonly application?: ApplicationStart;
}

/** `-D` arguments for what only the pod knows. */
export const HIGH_AVAILABILITY_ARGS = ['-D', 'kubernetes.namespace=$(POD_NAMESPACE)'];

/** Resources of a Flink process, unless given: what small jobs take of its size is requested; its size and a tenth more is the limit. */
export function processResources(
  process: string,
  cpu: Pick<Required<Resources>, 'cpuRequest' | 'cpuLimit'>,
): Required<Resources> {
  const mebibytes = parseMemory(process) / MIB;
  return {
    ...cpu,
    memoryRequest: Size.mebibytes(Math.floor(mebibytes * 0.4)),
    memoryLimit: Size.mebibytes(Math.ceil(mebibytes * 1.1)),
  };
}

/** Throws when a process would outgrow its container. */
export function checkProcessFits(
  scope: IConstruct,
  property: string,
  process: string,
  { memoryLimit }: Required<Resources>,
): void {
  const limit = memoryLimit.toMebibytes() * MIB;
  const bytes = parseMemory(process, `${scope.node.path}: ${property}.memory.process`);
  if (bytes <= limit) return;
  invalid(scope, {
    property: `${property}.memory.process`,
    got: formatMemory(bytes),
    allowed: `at most ${property}.resources.memoryLimit, ${formatSize(memoryLimit)}`,
    fix: 'Lower it or raise the limit; Kubernetes ends a container that goes above its limit.',
  });
}

/** Name of a process' workload. */
export const processName = (cluster: string, part: 'jobmanager' | 'taskmanager' | 'sql-client'): string =>
  `${cluster}-${part}`;
