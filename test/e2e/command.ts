/** Runs commands of the clone as users do, in tests. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ROOT } from '../../cli/root';

/** A command that runs, and all that it has written to either output. */
export class Command {
  output = '';
  private readonly process: ChildProcess;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.process = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, detached: true });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Waits until it has written `text`; fails when it ends before. */
  async says(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`it ended without saying '${text}':\n${this.output}`);
      }
      await sleep(100);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Its exit code, or the signal that ended it. */
  async end(): Promise<number | NodeJS.Signals | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    return this.process.signalCode ?? this.process.exitCode;
  }
}

/** Runs a command to its end. */
export async function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { cwd: ROOT, env: { ...process.env, ...env }, maxBuffer: 2 ** 30 };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, [...args], options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** Processes whose command line has `text` in it. */
export async function processesWith(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,args='], { maxBuffer: 2 ** 26 });
  return stdout.split('\n').filter((line) => line.includes(text));
}

/** Waits until no process has `text` in its command line; gives those that are left after `limitMs`. */
export async function processesLeft(text: string, limitMs = 15_000): Promise<string[]> {
  const limit = Date.now() + limitMs;
  for (;;) {
    const left = await processesWith(text);
    if (left.length === 0 || Date.now() > limit) return left;
    await sleep(200);
  }
}
