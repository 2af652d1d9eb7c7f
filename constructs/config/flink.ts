/**
 * Flink's `config.yaml` from typed settings. Option names: flink.apache.org, "Configuration" (2.x). Text out, nothing is read.
 */
import { checkCount, checkPort, checkUnique, mergeOptions } from './check';
import {
  type JobManagerMemory,
  jobManagerMemory,
  type TaskManagerMemory,
  taskManagerMemory,
} from './flink-memory';
import { formatMemory, parseMemory } from './memory';

/** Ports of Flink's processes. Those left out are Flink's own choice for each start. */
export interface FlinkPorts {
  /** JobManager's RPC. @default 6123 */
  readonly rpc?: number;
  /** JobManager's REST API and dashboard. @default 8081 */
  readonly rest?: number;
  /** JobManager's blob server. @default - any free one */
  readonly blob?: number;
  /** TaskManager's RPC. @default - any free one */
  readonly taskManagerRpc?: number;
  /** TaskManager's data. @default - any free one */
  readonly taskManagerData?: number;
  /** Metrics for Prometheus, on every process. @default - no reporter */
  readonly metrics?: number;
}

/** Where state is kept over failures. */
export interface FlinkCheckpoints {
  /** Folder as a URL, for example `file:///data/checkpoints`. */
  readonly directory: string;
  /**
   * Folder of savepoints, as a URL.
   * @default - none, each savepoint has to name its own
   */
  readonly savepoints?: string;
  /**
   * Time between checkpoints, in milliseconds, of a job that does not set its own. Queries whose rows are shown show them only at a
   * checkpoint, so a session cluster leaves it to its jobs.
   * @default - no checkpoints unless a job asks for them
   */
  readonly intervalMs?: number;
  /**
   * Whether the last checkpoint of a job that was cancelled or failed stays, so that another one can begin with it.
   * @default false
   */
  readonly retained?: boolean;
}

/** Leader election and job recovery by Kubernetes' ConfigMaps. */
export interface FlinkHighAvailability {
  /** Name of the Flink cluster, unique in the namespace. */
  readonly clusterId: string;
  /** Folder as a URL that JobManagers share. */
  readonly storage: string;
}

/**
 * What Flink needs of Java 17 and later, as the `config.yaml` of its distribution has it. Flink's scripts read it from there, so a
 * configuration that takes that file's place has to have it too.
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
  /** Name or address by which the other processes reach the JobManager. */
  readonly jobManagerHost: string;
  /** Address that all processes listen on. @default '0.0.0.0' */
  readonly bindHost?: string;
  /**
   * Name by which the JobManager and others reach a TaskManager.
   * @default - Flink's own finding
   */
  readonly taskManagerHost?: string;
  readonly ports?: FlinkPorts;
  /** @default - none is written, Flink then refuses to start unless its parts are given by the command line */
  readonly jobManagerMemory?: JobManagerMemory;
  /** @default - as with jobManagerMemory */
  readonly taskManagerMemory?: TaskManagerMemory;
  /** Slots of each TaskManager. @default 1 */
  readonly taskSlots?: number;
  /** Parallelism of a job that does not set its own. @default 1 */
  readonly parallelism?: number;
  /** @default - no checkpoints */
  readonly checkpoints?: FlinkCheckpoints;
  /** @default 'hashmap' */
  readonly stateBackend?: 'hashmap' | 'rocksdb';
  /** @default - none: a JobManager that dies forgets its jobs */
  readonly highAvailability?: FlinkHighAvailability;
  /**
   * Further arguments for every one of Flink's JVMs, after those that it needs.
   * @default - none
   */
  readonly javaOptions?: readonly string[];
  /** Folder for temporary files. @default - the system's */
  readonly tmpDir?: string;
  /**
   * Any other Flink option. One that the settings above compute is refused unless it has the same value.
   * @default - none
   */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** `config.yaml`, one flat key a line, sorted. Throws on settings that cannot work, memory that does not fit among them. */
export function flinkConfigYaml(config: FlinkConfig): string {
  const options = flinkOptions(config);
  return Object.keys(options)
    .sort()
    .map((name) => `${name}: ${yamlScalar(options[name] ?? '')}\n`)
    .join('');
}

/** The same options by name. */
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

/** The sizes as they were given: Flink's scripts share them out; whoever starts Java itself adds the plan's options. */
function memoryOptions({
  jobManagerMemory: job,
  taskManagerMemory: task,
}: FlinkConfig): Record<string, string> {
  // Called for their checks: what does not fit is to fail here, not when the process starts.
  if (job) jobManagerMemory(job);
  if (task) taskManagerMemory(task);
  const managed = task?.managed;
  return {
    ...optional('jobmanager.memory.process.size', size(job?.process)),
    ...optional('jobmanager.memory.jvm-metaspace.size', size(job?.metaspace)),
    ...optional('jobmanager.memory.off-heap.size', size(job?.offHeap)),
    ...shareOptions('jobmanager.memory.jvm-overhead', job?.overhead),
    ...optional('taskmanager.memory.process.size', size(task?.process)),
    ...optional('taskmanager.memory.jvm-metaspace.size', size(task?.metaspace)),
    ...optional('taskmanager.memory.framework.heap.size', size(task?.frameworkHeap)),
    ...optional('taskmanager.memory.framework.off-heap.size', size(task?.frameworkOffHeap)),
    ...optional('taskmanager.memory.task.off-heap.size', size(task?.taskOffHeap)),
    ...optional('taskmanager.memory.managed.size', typeof managed === 'string' ? size(managed) : undefined),
    ...optional(
      'taskmanager.memory.managed.fraction',
      typeof managed === 'object' ? managed.fraction : undefined,
    ),
    ...shareOptions('taskmanager.memory.jvm-overhead', task?.overhead),
    ...shareOptions('taskmanager.memory.network', task?.network),
  };
}

function shareOptions(name: string, share: JobManagerMemory['overhead']): Record<string, string> {
  return {
    ...optional(`${name}.fraction`, share?.fraction),
    ...optional(`${name}.min`, size(share?.min)),
    ...optional(`${name}.max`, size(share?.max)),
  };
}

/** Kubernetes' way of writing a size is allowed in, but Flink does not read it. */
function size(text: string | undefined): string | undefined {
  return text === undefined ? undefined : formatMemory(parseMemory(text));
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

/** Plain where YAML reads back the same text or number, else quoted; JSON's quoting is YAML's. */
function yamlScalar(text: string): string {
  const plain = /^[A-Za-z0-9/_.][\w ./:@;-]*$/.test(text) && !/: |:$| $/.test(text);
  const word = /^(null|~|yes|no|on|off|true|false)$/i.test(text) && !/^(true|false)$/.test(text);
  return plain && !word ? text : JSON.stringify(text);
}
