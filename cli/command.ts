/** How every command of the npm scripts ends. */
import type { Command } from 'commander';
import { EXIT } from '../contract';
import { describeError } from '../contract/user-error';

/**
 * Runs a command line and sets the exit code: 2 for wrong usage, 1 for an error, which is printed as
 * `describeError` describes it.
 */
export async function runCommand(program: Command): Promise<void> {
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = EXIT.failed;
    console.error(describeError(error));
  }
}
