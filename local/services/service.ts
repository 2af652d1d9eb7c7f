/** A service as the supervisor sees it: its preparation, its arguments, and its readiness probe. */
import type { LocalSettings } from '../settings';

/** What every service receives. */
export interface ServiceContext {
  readonly settings: LocalSettings;
  /** Command of Java. */
  readonly java: string;
  /** Ports between the services. Free ports are chosen at each start. */
  readonly inner: InnerPorts;
}

export interface InnerPorts {
  readonly kafkaController: number;
  readonly apicurio: number;
  readonly flinkRpc: number;
}

/** One service. */
export interface Service {
  /** Name in messages, and of its log file. */
  readonly name: ServiceName;
  /** Writes configuration and, the first time, formats storage. */
  prepare?(): Promise<void>;
  /** Arguments for `java`. */
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** True when it answers requests; false or an error until then. */
  ready(): Promise<boolean>;
  /** Runs once when the service is ready, before its start is complete. */
  afterReady?(): Promise<void>;
}

export type ServiceName =
  'kafka' | 'registry' | 'flink-jobmanager' | 'flink-taskmanager' | 'flink-sql-gateway';

/** Arguments for every JVM: few threads, only the first compiler, and exit when memory runs out. */
export const JVM_ARGS: readonly string[] = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
];

/** Returns the JSON of a 2xx response to a GET request. Anything else is an error. */
export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}
