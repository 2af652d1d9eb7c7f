/**
 * A service as the stack sees it: its definition, its preparation, its arguments, and its readiness probe.
 */
import type { LocalSettings } from '../settings';

/** The definition of a service. Each is in its own file; `SERVICES` in index.ts lists all of them. */
export interface ServiceDefinition {
  /** Name in messages, and of its log file. */
  readonly name: string;
  /**
   * Ports that users connect to, on localhost: the default of each, by the name that `--port NAME=PORT` has.
   * @default - none
   */
  readonly ports?: Readonly<Record<string, number>>;
  /**
   * Names of ports that only the services use. A free port is chosen for each at every start.
   * @default - none
   */
  readonly innerPorts?: readonly string[];
  /**
   * Whether it is a client of the other services, so that it must stop before them.
   * @default false
   */
  readonly stopsFirst?: boolean;
  /**
   * Whether it starts when the others are up and `startLater` is called.
   * @default false
   */
  readonly startsLater?: boolean;
  /** Creates the service for one start of the stack. */
  readonly create: (context: ServiceContext) => Service;
}

/** What every service receives. */
export interface ServiceContext {
  readonly settings: LocalSettings;
  /** Command of Java. */
  readonly java: string;
  /** Returns the port with that name, of this service or of another one. */
  readonly port: (name: string) => number;
}

/** One service. */
export interface Service {
  /** Writes configuration and, the first time, formats storage. */
  prepare?(): Promise<void>;
  /** @default - Java */
  readonly program?: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** True when it answers requests; false or an error until then. */
  ready(): Promise<boolean>;
  /** Runs once when the service is ready, before its start is complete. */
  afterReady?(): Promise<void>;
  /** Runs when all services have stopped. */
  stopped?(): void;
}

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
