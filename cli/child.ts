/**
 * A process that cannot outlive this one. Each service runs under a small shell (keeper.sh) that holds a pipe
 * to this process. When the pipe closes, for whatever reason, the shell ends the service. This works on every
 * POSIX system and takes 1 MB, where a second Node would take 40. Services have their own process group, so
 * that Ctrl-C in a terminal reaches only this process, which stops them in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, renameSync } from 'node:fs';
import path from 'node:path';

/** Seconds that a service has to end by itself after its supervisor is gone. */
const ORPHAN_GRACE_SECONDS = 10;

const KEEPER = path.join(__dirname, 'keeper.sh');

export interface ChildSpec {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /**
   * File for its output. The file of the previous start is kept as `.1`.
   * @default - the output of this process
   */
  readonly logFile?: string;
  /** Receives its output, instead of a file. */
  readonly onOutput?: (text: string) => void;
}

/** How a child ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class Child {
  /** Resolves when the process has ended, whatever the reason. */
  readonly ended: Promise<ChildEnd>;
  private running = true;

  private constructor(
    keeper: ChildProcess,
    readonly pid: number,
  ) {
    this.ended = new Promise((resolve) => {
      keeper.once('exit', () => {
        this.running = false;
        // If the keeper itself was killed, its service still runs: end its whole process group.
        this.signal('SIGKILL');
      });
      // All output has been received.
      keeper.once('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
  }

  static async start(spec: ChildSpec): Promise<Child> {
    const { onOutput } = spec;
    const elsewhere = onOutput === undefined ? 'inherit' : 'pipe';
    const output = spec.logFile === undefined ? elsewhere : openLog(spec.logFile);
    try {
      const keeper = spawn('/bin/sh', [KEEPER, String(ORPHAN_GRACE_SECONDS), ...spec.command], {
        cwd: spec.cwd,
        env: { ...process.env, ...spec.env },
        stdio: ['pipe', output, output],
        detached: true,
      });
      if (onOutput !== undefined) {
        for (const stream of [keeper.stdout, keeper.stderr]) stream?.setEncoding('utf8').on('data', onOutput);
      }
      await once(keeper, 'spawn');
      // The keeper may close its end first, which is not an error.
      keeper.stdin?.on('error', () => undefined);
      return new Child(keeper, keeper.pid ?? 0);
    } finally {
      if (typeof output === 'number') closeSync(output);
    }
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** Sends a signal to the service and its keeper. The keeper ignores all but SIGKILL. */
  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Ends it by SIGTERM, and by SIGKILL if it has not ended after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    if (!this.running) return;
    this.signal('SIGTERM');
    const timer = setTimeout(() => {
      this.signal('SIGKILL');
    }, graceMs);
    await this.ended;
    clearTimeout(timer);
  }
}

function openLog(file: string): number {
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    renameSync(file, `${file}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return openSync(file, 'w');
}
