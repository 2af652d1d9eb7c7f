/** Options of all commands of the one-machine mode. */
import path from 'node:path';
import type { Command } from 'commander';

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
      'another port for kafka, registry, flink or sql; repeatable (env: LOCAL_PORTS, separated by commas)',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    );
}

/** Resolves a path against the folder in which the user ran npm: npm runs scripts in the folder of the clone. */
export function userPath(given: string): string {
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), given);
}
