/** Flink's configuration that all pods of a session cluster, or of an application, share. */
import type { IConstruct } from 'constructs';
import { invalid, withPath } from '../common/invalid';
import { mergeOptions } from '../config/check';
import type { FlinkConfig } from '../config/flink';
import { FLINK_OPTIONS } from '../known/flink';
import { checkOptions } from '../known/options';
import { FLINK_PORTS } from './ports';
import { processName } from './process';

/** Options of Flink's `config.yaml` by name. */
export type FlinkOptions = Readonly<Record<string, string | number | boolean>>;

export interface FlinkPodsConfig extends Pick<FlinkConfig, 'parallelism' | 'stateBackend'> {
  /** Prefix of the names of all processes. */
  readonly cluster: string;
  /** Other options of the user, checked with `checkFlinkOptions`. */
  readonly options: FlinkOptions | undefined;
}

/** Addresses and ports of the pods, and the user's options. */
export function flinkPodsConfig({ cluster, options, ...config }: FlinkPodsConfig): FlinkConfig {
  return {
    ...config,
    jobManagerHost: processName(cluster, 'jobmanager'),
    ports: {
      rest: FLINK_PORTS.rest,
      rpc: FLINK_PORTS.rpc,
      blob: FLINK_PORTS.blob,
      taskManagerRpc: FLINK_PORTS.taskManagerRpc,
      taskManagerData: FLINK_PORTS.taskManagerData,
      metrics: FLINK_PORTS.metrics,
    },
    tmpDir: '/tmp',
    options: { ...options, 'metrics.internal.query-service.port': FLINK_PORTS.metricsQuery },
  };
}

/** Options that follow from props of every construct, with what to do instead. */
const RESERVED: Readonly<Record<string, string>> = {
  'env.java.opts.all': 'use env.java.opts.jobmanager, env.java.opts.taskmanager or env.java.opts.client',
  'kubernetes.cluster-id': 'it follows from name',
  'kubernetes.namespace': 'it is the namespace of the chart',
  'execution.checkpointing.dir': 'set storage',
  'execution.checkpointing.savepoint-dir': 'set storage',
  'execution.checkpointing.interval': 'set storage and checkpointInterval',
  'metrics.internal.query-service.port': 'it is fixed, for NetworkPolicies',
  'taskmanager.numberOfTaskSlots': 'set taskManager.taskSlots',
  'jobmanager.memory.process.size': 'set jobManager.memory',
  'taskmanager.memory.process.size': 'set taskManager.memory',
};

/** The user's options and those that other props make. Throws where they contradict each other. */
export function withOptions(
  scope: IConstruct,
  property: string,
  options: FlinkOptions = {},
  made: Readonly<Record<string, string>>,
): FlinkOptions {
  withPath(scope, () => mergeOptions(property, made, options));
  return { ...options, ...made };
}

/**
 * Throws on an option that props of the construct make (`more`: of this construct only), and on one that
 * Flink does not know.
 */
export function checkFlinkOptions(
  scope: IConstruct,
  property: string,
  options: FlinkOptions = {},
  more: Readonly<Record<string, string>> = {},
): void {
  const reserved = { ...RESERVED, ...more };
  const found = Object.keys(options).find((name) => name in reserved);
  if (found === undefined) return checkOptions(scope, property, FLINK_OPTIONS, options);
  invalid(scope, {
    property: `${property}['${found}']`,
    got: options[found],
    allowed: 'options that no other prop makes',
    fix: `Leave it out: ${reserved[found]}.`,
  });
}
