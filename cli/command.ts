/** What all commands for clusters have in common: how they end. */
import type { Command } from 'commander';
import { EXIT } from '../contract';
import { describeError } from './errors';

/** Runs a command line to its end: exit code 2 for wrong usage, 1 for an error, which is said without a stack where it is no bug. */
export async function runCommand(program: Command): Promise<void> {
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = EXIT.failed;
    console.error(describeError(error));
  }
}
