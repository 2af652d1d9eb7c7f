/** Flink's `config.yaml` from typed settings. Names of options: flink.apache.org, "Configuration" (2.x). */
import { checkCount, checkPort, checkUnique, mergeOptions } from './check';
import {
  type JobManagerMemoryBytes,
  jobManagerMemory,
  type MemoryShareBytes,
  type TaskManagerMemoryBytes,
  taskManagerMemory,
} from './flink-memory';
import { formatMemory } from './memory';

/** Ports of Flink's processes. */
export interface FlinkPorts {
  /** RPC of the JobManager. @default 6123 */
  readonly rpc?: number;
  /** REST API and dashboard of the JobManager. @default 8081 */
  readonly rest?: number;
  /** Blob server of the JobManager. @default - any free port */
  readonly blob?: number;
  /** RPC of a TaskManager. @default - any free port */
  readonly taskManagerRpc?: number;
  /** Data exchange of a TaskManager. @default - any free port */
  readonly taskManagerData?: number;
  /** Metrics for Prometheus, on every process. @default - no metrics reporter */
  readonly metrics?: number;
}

/** Where checkpoints and savepoints are stored. */
export interface FlinkCheckpoints {
  /** Folder of checkpoints, as a URL, for example `file:///data/checkpoints`. */
  readonly directory: string;
  /**
   * Folder of savepoints, as a URL.
   * @default - none: each savepoint names its folder
   */
  readonly savepoints?: string;
  /**
   * Time between checkpoints in milliseconds, for jobs that do not set it. With checkpoints, a query shows
   * its rows only at each checkpoint.
   * @default - no checkpoints, unless a job enables them
   */
  readonly intervalMs?: number;
  /**
   * Whether the last checkpoint of a cancelled or failed job is kept, so that another job can restore it.
   * @default false
   */
  readonly retained?: boolean;
}

/** Leader election and job recovery with ConfigMaps of Kubernetes. */
export interface FlinkHighAvailability {
  /** Name of the Flink cluster, unique in the namespace. */
  readonly clusterId: string;
  /** Folder that the JobManagers share, as a URL. */
  readonly storage: string;
}

/**
 * Java options that Flink needs on Java 17 and later, from the `config.yaml` of its distribution. Flink's
 * scripts read them from that file, so a configuration that replaces it must have them too.
 */
export const FLINK_JAVA_OPTIONS: readonly string[] = [
  ...[
    'java.base/sun.net.util',
    'java.rmi/sun.rmi.registry',
    'jdk.compiler/com.sun.tools.javac.api',
    'jdk.compiler/com.sun.tools.javac.file',
    'jdk.compiler/com.sun.tools.javac.parser',
    'jdk.compiler/com.sun.tools.javac.tree',
    'jdk.compiler/com.sun.tools.javac.util',
    'java.security.jgss/sun.security.krb5',
  ].map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...[
    'java.lang',
    'java.net',
    'java.io',
    'java.nio',
    'sun.nio.ch',
    'java.lang.reflect',
    'java.text',
    'java.time',
    'java.util',
    'java.util.concurrent',
    'java.util.concurrent.atomic',
    'java.util.concurrent.locks',
  ].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
];

export interface FlinkConfig {
  /** Host of the JobManager, as the other processes reach it. */
  readonly jobManagerHost: string;
  /** Address that all processes listen on. @default '0.0.0.0' */
  readonly bindHost?: string;
  /**
   * Host of a TaskManager, as the JobManager and others reach it.
   * @default - Flink detects it
   */
  readonly taskManagerHost?: string;
  readonly ports?: FlinkPorts;
  /** @default - not set: Flink starts only if the command line sets the sizes */
  readonly jobManagerMemory?: JobManagerMemoryBytes;
  /** @default - not set, see jobManagerMemory */
  readonly taskManagerMemory?: TaskManagerMemoryBytes;
  /** Task slots of each TaskManager. @default 1 */
  readonly taskSlots?: number;
  /** Parallelism of jobs that do not set it. @default 1 */
  readonly parallelism?: number;
  /** @default - no checkpoints */
  readonly checkpoints?: FlinkCheckpoints;
  /** @default 'hashmap' */
  readonly stateBackend?: 'hashmap' | 'rocksdb';
  /** @default - none: if the JobManager dies, its jobs are lost */
  readonly highAvailability?: FlinkHighAvailability;
  /**
   * Extra arguments of all JVMs of Flink, after those that Flink needs.
   * @default - none
   */
  readonly javaOptions?: readonly string[];
  /** Folder for temporary files. @default - that of the system */
  readonly tmpDir?: string;
  /**
   * Any other Flink option. An option that follows from the settings above is rejected, unless it has the
   * same value.
   * @default - none
   */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * `config.yaml`: one flat key per line, sorted. Throws on settings that cannot work, such as memory that does
 * not fit.
 */
export function flinkConfigYaml(config: FlinkConfig): string {
  const options = flinkOptions(config);
  return Object.keys(options)
    .sort()
    .map((name) => `${name}: ${yamlScalar(options[name] ?? '')}\n`)
    .join('');
}

/** The options of `config.yaml` by name. */
export function flinkOptions(config: FlinkConfig): Record<string, string> {
  const { ports = {}, bindHost = '0.0.0.0' } = config;
  const given = Object.entries(ports).filter((port): port is [string, number] => port[1] !== undefined);
  for (const [name, port] of given) checkPort(`ports.${name}`, port);
  checkUnique(
    'ports',
    given.map(([, port]) => port),
  );
  const taskSlots = config.taskSlots ?? 1;
  const parallelism = config.parallelism ?? 1;
  checkCount('taskSlots', taskSlots);
  checkCount('parallelism', parallelism);
  const computed: Record<string, string> = {
    'env.java.opts.all': [...FLINK_JAVA_OPTIONS, ...(config.javaOptions ?? [])].join(' '),
    'jobmanager.bind-host': bindHost,
    'jobmanager.rpc.address': config.jobManagerHost,
    'jobmanager.rpc.port': String(ports.rpc ?? 6123),
    'parallelism.default': String(parallelism),
    'rest.address': config.jobManagerHost,
    'rest.bind-address': bindHost,
    'rest.port': String(ports.rest ?? 8081),
    'state.backend.type': config.stateBackend ?? 'hashmap',
    'taskmanager.bind-host': bindHost,
    'taskmanager.numberOfTaskSlots': String(taskSlots),
    ...optional('blob.server.port', ports.blob),
    ...optional('taskmanager.rpc.port', ports.taskManagerRpc),
    ...optional('taskmanager.data.port', ports.taskManagerData),
    ...optional('taskmanager.host', config.taskManagerHost),
    ...optional('io.tmp.dirs', config.tmpDir),
    ...memoryOptions(config),
    ...checkpointOptions(config.checkpoints),
    ...highAvailabilityOptions(config.highAvailability),
    ...metricsOptions(ports.metrics),
  };
  return mergeOptions('options', computed, config.options);
}

function optional(name: string, value: string | number | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: String(value) };
}

/**
 * Only the sizes that were set: Flink's scripts divide the memory. Callers that start Java themselves add the
 * options of the plan.
 */
function memoryOptions({
  jobManagerMemory: job,
  taskManagerMemory: task,
}: FlinkConfig): Record<string, string> {
  // Only for the checks: memory that does not fit must fail here, not when the process starts.
  if (job) jobManagerMemory(job);
  if (task) taskManagerMemory(task);
  const managed = task?.managed;
  return {
    ...optional('jobmanager.memory.process.size', size(job?.processBytes)),
    ...optional('jobmanager.memory.jvm-metaspace.size', size(job?.metaspaceBytes)),
    ...optional('jobmanager.memory.off-heap.size', size(job?.offHeapBytes)),
    ...shareOptions('jobmanager.memory.jvm-overhead', job?.overhead),
    ...optional('taskmanager.memory.process.size', size(task?.processBytes)),
    ...optional('taskmanager.memory.jvm-metaspace.size', size(task?.metaspaceBytes)),
    ...optional('taskmanager.memory.framework.heap.size', size(task?.frameworkHeapBytes)),
    ...optional('taskmanager.memory.framework.off-heap.size', size(task?.frameworkOffHeapBytes)),
    ...optional('taskmanager.memory.task.off-heap.size', size(task?.taskOffHeapBytes)),
    ...(managed === undefined
      ? {}
      : 'bytes' in managed
        ? optional('taskmanager.memory.managed.size', size(managed.bytes))
        : optional('taskmanager.memory.managed.fraction', managed.fraction)),
    ...shareOptions('taskmanager.memory.jvm-overhead', task?.overhead),
    ...shareOptions('taskmanager.memory.network', task?.network),
  };
}

function shareOptions(name: string, share: MemoryShareBytes | undefined): Record<string, string> {
  return {
    ...optional(`${name}.fraction`, share?.fraction),
    ...optional(`${name}.min`, size(share?.minBytes)),
    ...optional(`${name}.max`, size(share?.maxBytes)),
  };
}

function size(bytes: number | undefined): string | undefined {
  return bytes === undefined ? undefined : formatMemory(bytes);
}

function checkpointOptions(checkpoints: FlinkCheckpoints | undefined): Record<string, string> {
  if (!checkpoints) return {};
  const { intervalMs } = checkpoints;
  if (intervalMs !== undefined) checkCount('checkpoints.intervalMs', intervalMs, 10);
  return {
    ...optional(
      'execution.checkpointing.interval',
      intervalMs === undefined ? undefined : `${intervalMs} ms`,
    ),
    'execution.checkpointing.dir': checkpoints.directory,
    ...optional('execution.checkpointing.savepoint-dir', checkpoints.savepoints),
    ...optional(
      'execution.checkpointing.externalized-checkpoint-retention',
      checkpoints.retained ? 'RETAIN_ON_CANCELLATION' : undefined,
    ),
  };
}

function highAvailabilityOptions(ha: FlinkHighAvailability | undefined): Record<string, string> {
  if (!ha) return {};
  return {
    'high-availability.type': 'kubernetes',
    'high-availability.storageDir': ha.storage,
    'kubernetes.cluster-id': ha.clusterId,
  };
}

function metricsOptions(port: number | undefined): Record<string, string> {
  if (port === undefined) return {};
  return {
    'metrics.reporter.prom.factory.class': 'org.apache.flink.metrics.prometheus.PrometheusReporterFactory',
    'metrics.reporter.prom.port': String(port),
  };
}

/** Quotes a text unless YAML reads the plain text as the same value. A JSON string is valid YAML. */
function yamlScalar(text: string): string {
  const plain = /^[A-Za-z0-9/_.][\w ./:@;-]*$/.test(text) && !/: |:$| $/.test(text);
  const word = /^(null|~|yes|no|on|off|true|false)$/i.test(text) && !/^(true|false)$/.test(text);
  return plain && !word ? text : JSON.stringify(text);
}
