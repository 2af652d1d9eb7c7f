/** Where the one-machine mode listens and keeps its files. */
import path from 'node:path';
import { ROOT } from '../cli/root';

/** Ports that users connect to, all on localhost. The named ones are those that commands connect to. */
export interface LocalPorts {
  readonly [name: string]: number;
  /** Kafka. */
  readonly kafka: number;
  /** Schema registry. */
  readonly registry: number;
  /** Flink's dashboard and REST API. */
  readonly flink: number;
  /** Flink SQL gateway. */
  readonly sql: number;
  /** The live strain page. */
  readonly viewer: number;
}

/** Settings of one set of services. */
export interface LocalSettings {
  /** Folder of data, logs and configuration. */
  readonly stateDir: string;
  /** Folder of the Java parts; it can be shared between state folders. */
  readonly partsDir: string;
  readonly ports: LocalPorts;
}

export const DEFAULT_STATE_DIR = path.join(ROOT, '.local');

/** Addresses that clients on this machine use. */
export function addresses({
  ports,
}: LocalSettings): Record<'kafka' | 'registry' | 'flink' | 'gateway' | 'viewer', string> {
  return {
    kafka: `localhost:${ports.kafka}`,
    registry: `http://localhost:${ports.registry}`,
    flink: `http://localhost:${ports.flink}`,
    gateway: `http://localhost:${ports.sql}`,
    viewer: `http://localhost:${ports.viewer}`,
  };
}
