/** What a service is to the supervisor: what it needs before it starts, how it is started, and when it is ready. */
import type { LocalSettings } from '../settings';

/** What every service is given. */
export interface ServiceContext {
  readonly settings: LocalSettings;
  /** Command of Java. */
  readonly java: string;
  /** Ports that only the services among themselves use; free ones, chosen at each start. */
  readonly inner: InnerPorts;
}

export interface InnerPorts {
  readonly kafkaController: number;
  readonly apicurio: number;
  readonly flinkRpc: number;
}

/** One service. */
export interface Service {
  /** Name in messages and of its log. */
  readonly name: ServiceName;
  /** Writes configuration and, the first time, formats storage. */
  prepare?(): Promise<void>;
  /** Arguments for `java`. */
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** True when it answers requests; false, or an error, as long as it does not. */
  ready(): Promise<boolean>;
  /** Done once it is ready, before the start counts as finished. */
  afterReady?(): Promise<void>;
}

export type ServiceName =
  'kafka' | 'registry' | 'flink-jobmanager' | 'flink-taskmanager' | 'flink-sql-gateway';

/** Arguments for every JVM: few threads, no second compiler and its memory, and an end instead of a limp when memory runs out. */
export const JVM_ARGS: readonly string[] = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
];

/** GET that gives the JSON of a 2xx answer; anything else is an error. */
export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}
