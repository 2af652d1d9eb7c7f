/** How a command that runs services ends, whatever the reason: Ctrl-C, a signal, npm or the reader of its output gone, an error. */
import { EXIT } from '../contract';
import { describeError } from '../contract/user-error';
import type { Report } from '../cli/report';
import type { LocalStack } from './stack';

/** A terminal's Ctrl-C comes twice, from the terminal and from npm; one that comes later is the user's second. */
const SAME_INTERRUPT_MS = 1_000;

/** Ends what runs, once; the first reason gives the exit code. */
export class Ending {
  /** Aborted when the end begins. */
  readonly controller = new AbortController();
  /** Services to stop, once there are some. */
  stack: LocalStack | undefined;
  giveBackLock: () => void = () => undefined;
  /** Whether the command has come to where Ctrl-C is the way to end it. */
  isUp = false;
  private ended: Promise<never> | undefined;
  private interruptedAt = Infinity;

  constructor(private readonly report: Report) {}

  /** Listens for all that may end the command. */
  watch(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        this.onSignal(signal);
      });
    }
    // The reader of our output is gone: nobody is left to use what runs.
    process.stdout.on('error', () => void this.end(EXIT.ok));
    process.on('uncaughtException', (error) => void this.end(EXIT.failed, describeError(error)));
    this.watchNpm();
  }

  /** Stops everything and exits. `message` goes to standard error. */
  end(code: number, message?: string): Promise<never> {
    this.ended ??= this.stopAll(code, message);
    return this.ended;
  }

  /** Ends by an error, unless the end has begun: errors that follow from it say nothing new. */
  fail(error: unknown): void {
    if (!this.controller.signal.aborted) void this.end(EXIT.failed, describeError(error));
  }

  private onSignal(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
    if (signal === 'SIGINT') {
      // No patience left. Whatever still runs is ended by its keeper.
      if (Date.now() - this.interruptedAt > SAME_INTERRUPT_MS) process.exit(EXIT.interrupted);
      this.interruptedAt = Math.min(this.interruptedAt, Date.now());
    }
    const interrupted = this.isUp ? EXIT.ok : EXIT.interrupted;
    void this.end(signal === 'SIGINT' ? interrupted : EXIT.terminated);
  }

  /** npm passes no signal on when it is killed itself; that it is gone shows in our parent's number. */
  private watchNpm(): void {
    if (process.env.npm_lifecycle_event === undefined) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) this.onSignal('SIGHUP');
    }, 1_000).unref();
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
