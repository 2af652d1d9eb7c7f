import type { Logger } from '../log';
import type { SourceFailure } from './failure';

/** Pause before the first new attempt, milliseconds. It doubles with each failure. */
const FIRST_PAUSE = 1_000;
/** Longest pause between attempts, milliseconds. */
const MAX_PAUSE = 60_000;
/** Longest pause that a server may ask for, milliseconds. */
const MAX_RETRY_AFTER = 3_600_000;

/** An outage of a source: when to try again, and one message at its beginning and one at its end. */
export class SourceOutage {
  private since: number | undefined;
  private wait = 0;

  constructor(
    private readonly log: Logger,
    private readonly address: string,
    private readonly maxPause = MAX_PAUSE,
  ) {}

  get isOver(): boolean {
    return this.since === undefined;
  }

  /** Milliseconds to wait before the next attempt; 0 without an outage. */
  get pause(): number {
    return this.wait;
  }

  /** An attempt failed. */
  failed({ message, retryAfter }: SourceFailure): void {
    this.wait = Math.min(this.wait === 0 ? FIRST_PAUSE : this.wait * 2, this.maxPause);
    if (retryAfter !== undefined) this.wait = Math.max(this.wait, Math.min(retryAfter, MAX_RETRY_AFTER));
    if (this.since !== undefined) return;
    this.since = Date.now();
    this.log.warn(
      `${this.address} cannot be read (${message}): trying again in ${inSeconds(this.wait)} s, then at least every ${inSeconds(this.maxPause)} s`,
    );
  }

  /** An attempt succeeded. */
  succeeded(): void {
    if (this.since === undefined) return;
    this.log.info(`${this.address} can be read again, after ${inSeconds(Date.now() - this.since)} s`);
    this.since = undefined;
    this.wait = 0;
  }
}

const inSeconds = (milliseconds: number): number => Math.ceil(milliseconds / 1_000);
