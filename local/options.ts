/** Options that all commands of the one-machine mode have. */
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
      'another port for kafka, registry, flink or sql; can be given again (env: LOCAL_PORTS, joined by commas)',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    );
}

/** A path as the user meant it: npm runs us in the clone's folder, wherever it was called. */
export function userPath(given: string): string {
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), given);
}
