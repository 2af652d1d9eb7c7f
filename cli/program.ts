/** Programs of others that commands run: kind, docker, npm. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { UserError } from '../contract/user-error';
import { ROOT } from './root';

/** A program, and what to do when it is not there. */
export interface Program {
  /** Name on PATH, or a path. */
  readonly name: string;
  /** A sentence for whoever does not have it. */
  readonly install: string;
}

/**
 * Runs it in the clone's folder, its output shown as it comes, and resolves when it has ended well.
 * @throws ProgramError when it cannot be started, or says that it failed
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
 * Runs it and gives what it writes.
 * @throws ProgramError when it cannot be started, or says that it failed
 */
export async function askProgram({ name, install }: Program, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(name, args, surroundings())).stdout;
  } catch (error) {
    throw cannotRun(name, install, error);
  }
}

/** The environment as it is now: Jest gives tests one of their own, in which they put other programs first on PATH. */
function surroundings(): { cwd: string; env: NodeJS.ProcessEnv } {
  return { cwd: ROOT, env: process.env };
}

function cannotRun(name: string, install: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const cause = code === 'ENOENT' ? 'command not found' : message;
  return new UserError('PROGRAM_FAILED', `cannot run '${name}': ${cause}`, { fix: install, cause: error });
}
