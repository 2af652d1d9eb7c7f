/** What all Flink pods share. */
import { Duration, Size } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { invalid } from '../common/invalid';
import { mergePodOptions, type PodOptions } from '../common/pod-options';
import { formatSize, resolveResources, type Resources } from '../common/resources';
import type { FlinkConfig } from '../config/flink';
import { MIB } from '../config/memory';
import type { HighAvailabilityAccess } from './access';
import type { ApplicationStart } from './application-start';
import { toBytes } from './memory';
import type { ResolvedFlinkStorage } from './storage';

/** How long a process may take to start, and to stop. */
export const FLINK_STARTS_WITHIN = Duration.minutes(3);
export const FLINK_GRACE_PERIOD = Duration.seconds(60);

/** Props of every process of a cluster or an application. */
export interface FlinkProcessProps {
  /** Prefix of all names: `flink` gives `flink-jobmanager`. */
  readonly cluster: string;
  readonly image: string;
  /** Configuration that all processes share. */
  readonly config: FlinkConfig;
  readonly storage: ResolvedFlinkStorage | undefined;
  /** Set with high availability. */
  readonly kubernetesAccess: HighAvailabilityAccess | undefined;
  /**
   * Set for the processes of an application.
   * @default - the processes are those of a session cluster, and wait for jobs
   */
  readonly application?: ApplicationStart;
  /** The user's options of the pods. */
  readonly pod: PodOptions | undefined;
  /** Name of the prop of the user's options. */
  readonly podProperty: string;
}

/** Options of one kind of pods. The service account is that of the whole cluster. */
export type FlinkPodOptions = Omit<PodOptions, 'serviceAccount'>;

/**
 * The user's options of each kind of pods: those of the cluster, and its own.
 * @param account name of the account of all pods
 */
export function podsOf(
  all: PodOptions | undefined,
  account: string | undefined,
): (
  part: 'jobManager' | 'taskManager' | 'sqlClient',
  own: FlinkPodOptions | undefined,
) => Pick<FlinkProcessProps, 'pod' | 'podProperty'> {
  const serviceAccount = account === undefined ? undefined : { name: account };
  return (part, own) => ({
    pod: { ...mergePodOptions(all, own), serviceAccount },
    podProperty: own === undefined ? 'pod' : `${part}.pod`,
  });
}

/** Kinds of Flink's pods. */
export type FlinkPart = 'jobmanager' | 'taskmanager' | 'sql-client';

/** Name of the workload of a kind of pods. */
export const processName = (cluster: string, part: FlinkPart): string => `${cluster}-${part}`;

/**
 * Resources of a Flink process: those that are given, else 40% of the process size as the memory request,
 * which is enough for small jobs, and 110% of it as the memory limit.
 * @throws if the process does not fit into the memory limit
 */
export function resolveProcessResources(
  scope: IConstruct,
  property: 'jobManager' | 'taskManager',
  process: Size,
  given: Resources | undefined,
  cpu: Pick<Required<Resources>, 'cpuRequest' | 'cpuLimit'>,
): Required<Resources> {
  const mebibytes = toBytes(process) / MIB;
  const resources = resolveResources(
    scope,
    given,
    {
      ...cpu,
      memoryRequest: Size.mebibytes(Math.floor(mebibytes * 0.4)),
      memoryLimit: Size.mebibytes(Math.ceil(mebibytes * 1.1)),
    },
    `${property}.resources`,
  );
  if (mebibytes > resources.memoryLimit.toMebibytes()) {
    invalid(scope, {
      property: `${property}.memory.process`,
      got: formatSize(process),
      allowed: `at most ${property}.resources.memoryLimit, ${formatSize(resources.memoryLimit)}`,
      fix: 'Lower it or raise the limit. Kubernetes kills a container that uses more than its limit.',
    });
  }
  return resources;
}
