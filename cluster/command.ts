/** What all commands for clusters have in common: how they end. */
import type { Command } from 'commander';
import { EXIT } from '../contract';
import { describeError } from '../local/errors';
import { KubectlError } from './kubectl';
import { InputError } from '../producer/archive/inputs';
import { ProgramError } from './program';
import { RolloutError } from './rollout/rollout-error';

/** Runs a command line to its end: exit code 2 for wrong usage, 1 for an error, which is said without a stack where it is no bug. */
export async function runCommand(program: Command): Promise<void> {
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = EXIT.failed;
    console.error(isPlain(error) ? error.message : describeError(error));
  }
}

/** Errors whose message says it all. */
const PLAIN = [RolloutError, KubectlError, InputError, ProgramError];

function isPlain(error: unknown): error is Error {
  return PLAIN.some((kind) => error instanceof kind);
}
