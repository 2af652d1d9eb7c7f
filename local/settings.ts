/** Where the one-machine mode listens and keeps its files. */
import path from 'node:path';
import { ROOT } from '../cli/root';
import { PORTS } from '../contract';
import { UserError } from '../contract/user-error';

/** Ports for users, all on localhost. */
export interface LocalPorts {
  /** Kafka. */
  readonly kafka: number;
  /** Schema registry. */
  readonly registry: number;
  /** Flink's dashboard and REST API. */
  readonly flink: number;
  /** Flink SQL gateway. */
  readonly sql: number;
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

export const DEFAULT_PORTS: LocalPorts = {
  kafka: PORTS.kafkaHost,
  registry: PORTS.schemaRegistry,
  flink: PORTS.flinkUi,
  sql: PORTS.flinkSqlGateway,
};

/**
 * Settings from options and environment (`LOCAL_STATE_DIR`, `LOCAL_PORTS`). Options override the environment.
 *
 * @param ports each `NAME=PORT`, as in `kafka=29092`
 */
export function localSettings(
  options: { readonly stateDir?: string; readonly port?: readonly string[] },
  env: NodeJS.ProcessEnv = process.env,
): LocalSettings {
  const given = [...(env.LOCAL_PORTS ?? '').split(','), ...(options.port ?? [])].filter((text) =>
    text.trim(),
  );
  return {
    stateDir: path.resolve(options.stateDir ?? env.LOCAL_STATE_DIR ?? DEFAULT_STATE_DIR),
    partsDir: path.join(DEFAULT_STATE_DIR, 'parts'),
    ports: checked({ ...DEFAULT_PORTS, ...Object.fromEntries(given.map(parsePort)) }),
  };
}

function parsePort(text: string): [string, number] {
  const [name = '', value = ''] = text.trim().split('=');
  const port = Number(value);
  if (!(name in DEFAULT_PORTS) || !Number.isInteger(port) || port < 1 || port > 65535) {
    throw new UserError(
      'SERVICE_FAILED',
      `port '${text}': expected NAME=PORT with NAME one of ${Object.keys(DEFAULT_PORTS).join(', ')}`,
      { fix: 'for example --port kafka=29092' },
    );
  }
  return [name, port];
}

function checked(ports: LocalPorts): LocalPorts {
  const all = Object.entries(ports) as [string, number][];
  for (const [name, port] of all) {
    const other = all.find(([n, p]) => n !== name && p === port);
    if (other) {
      throw new UserError('SERVICE_FAILED', `ports ${name} and ${other[0]} are both ${port}`, {
        fix: 'give each its own port with --port NAME=PORT',
      });
    }
  }
  return ports;
}

/** Addresses that clients on this machine use. */
export function addresses({
  ports,
}: LocalSettings): Record<'kafka' | 'registry' | 'flink' | 'gateway', string> {
  return {
    kafka: `localhost:${ports.kafka}`,
    registry: `http://localhost:${ports.registry}`,
    flink: `http://localhost:${ports.flink}`,
    gateway: `http://localhost:${ports.sql}`,
  };
}
