/** Runs other programs: kind, docker, npm. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { UserError } from '../contract/user-error';
import { ROOT } from './root';

/** A program, and how to install it. */
export interface Program {
  /** Name on PATH, or a path. */
  readonly name: string;
  /** How to install it, for users who do not have it. */
  readonly install: string;
}

/**
 * Runs it in the folder of the clone and shows its output. Resolves when it has succeeded.
 * @throws UserError when it cannot be started or fails
 */
export async function runProgram({ name, install }: Program, args: readonly string[]): Promise<void> {
  const child = spawn(name, args, { ...surroundings(), stdio: 'inherit' });
  const [code, signal] = (await once(child, 'exit').catch((error: unknown) => {
    throw cannotRun(name, install, error);
  })) as [number | null, NodeJS.Signals | null];
  if (code === 0) return;
  throw new UserError(
    'PROGRAM_FAILED',
    `'${name} ${args.join(' ')}' ended with ${signal ?? `exit code ${code ?? 'unknown'}`}`,
  );
}

/**
 * Runs it and returns its output.
 * @throws UserError when it cannot be started or fails
 */
export async function askProgram({ name, install }: Program, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(name, args, surroundings())).stdout;
  } catch (error) {
    throw cannotRun(name, install, error);
  }
}

/**
 * The current environment: tests put other programs first on PATH, in the copy of the environment that Jest
 * gives them.
 */
function surroundings(): { cwd: string; env: NodeJS.ProcessEnv } {
  return { cwd: ROOT, env: process.env };
}

function cannotRun(name: string, install: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const cause = code === 'ENOENT' ? 'command not found' : message;
  return new UserError('PROGRAM_FAILED', `cannot run '${name}': ${cause}`, { fix: install, cause: error });
}
