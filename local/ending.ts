/**
 * How a command that runs services ends: by Ctrl-C, a signal, an error, or when npm or the reader of its
 * output is gone.
 */
import { EXIT } from '../contract';
import { describeError } from '../contract/user-error';
import type { Report } from '../cli/report';
import type { LocalStack } from './stack';

/**
 * Ctrl-C in a terminal arrives twice, from the terminal and from npm. One that arrives later is a second
 * Ctrl-C.
 */
const SAME_INTERRUPT_MS = 1_000;

/** Stops the services once. The first reason determines the exit code. */
export class Ending {
  /** Aborted when the end begins. */
  readonly controller = new AbortController();
  /** The services to stop, once they are started. */
  stack: LocalStack | undefined;
  giveBackLock: () => void = () => undefined;
  /** Whether the command is up, so that Ctrl-C is the normal way to end it. */
  isUp = false;
  private ended: Promise<never> | undefined;
  private interruptedAt = Infinity;

  constructor(private readonly report: Report) {}

  /** Listens for everything that can end the command. */
  watch(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        this.onSignal(signal);
      });
    }
    // The reader of our output is gone: nobody uses the services any more.
    process.stdout.on('error', () => void this.end(EXIT.ok));
    process.on('uncaughtException', (error) => void this.end(EXIT.failed, describeError(error)));
    this.watchNpm();
  }

  /** Stops everything and exits. `message` goes to standard error. */
  end(code: number, message?: string): Promise<never> {
    this.ended ??= this.stopAll(code, message);
    return this.ended;
  }

  /** Ends with an error, unless it is ending already: later errors are only consequences. */
  fail(error: unknown): void {
    if (!this.controller.signal.aborted) void this.end(EXIT.failed, describeError(error));
  }

  private onSignal(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
    if (signal === 'SIGINT') {
      // The second signal. Whatever still runs is ended by its keeper.
      if (Date.now() - this.interruptedAt > SAME_INTERRUPT_MS) process.exit(EXIT.interrupted);
      this.interruptedAt = Math.min(this.interruptedAt, Date.now());
    }
    const interrupted = this.isUp ? EXIT.ok : EXIT.interrupted;
    void this.end(signal === 'SIGINT' ? interrupted : EXIT.terminated);
  }

  /** npm passes on no signal when it is killed itself, but then the id of our parent process changes. */
  private watchNpm(): void {
    if (process.env.npm_lifecycle_event === undefined) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) this.onSignal('SIGHUP');
    }, 100).unref();
  }

  private async stopAll(code: number, message?: string): Promise<never> {
    this.report.endBar();
    if (message !== undefined) process.stderr.write(`\n${message}\n`);
    this.controller.abort();
    if (this.stack) {
      this.report.step('stopping the services');
      await this.stack.stop();
      this.report.step('stopped');
    }
    this.giveBackLock();
    process.exit(code);
  }
}
