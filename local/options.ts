/** Options of all commands of the one-machine mode, and the settings that follow from them. */
import path from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../contract/user-error';
import { DEFAULT_PORTS } from './services/index';
import { DEFAULT_STATE_DIR, type LocalPorts, type LocalSettings } from './settings';

export interface PlaceOptions {
  readonly stateDir?: string;
  readonly port?: readonly string[];
}

/** Adds `--state-dir` and `--port`. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option(
      '--state-dir <folder>',
      'data, logs and configuration (env: LOCAL_STATE_DIR; default: .local)',
      userPath,
    )
    .option(
      '--port <name=port>',
      `another port for ${Object.keys(DEFAULT_PORTS).join(', ')}; repeatable (env: LOCAL_PORTS, separated by commas)`,
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    );
}

/**
 * Resolves a path against the folder in which the user ran npm: npm runs scripts in the folder of the clone.
 */
export function userPath(given: string): string {
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), given);
}

/**
 * Settings from options and environment (`LOCAL_STATE_DIR`, `LOCAL_PORTS`). Options override the environment.
 *
 * @param ports each `NAME=PORT`, as in `kafka=29092`
 */
export function localSettings(options: PlaceOptions, env: NodeJS.ProcessEnv = process.env): LocalSettings {
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
  if (!Object.hasOwn(DEFAULT_PORTS, name) || !Number.isInteger(port) || port < 1 || port > 65535) {
    throw new UserError(
      'SERVICE_FAILED',
      `port '${text}': expected NAME=PORT with NAME one of ${Object.keys(DEFAULT_PORTS).join(', ')}`,
      { fix: 'for example --port kafka=29092' },
    );
  }
  return [name, port];
}

function checked(ports: LocalPorts): LocalPorts {
  const all = Object.entries(ports);
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
