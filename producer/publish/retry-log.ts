/** Logs what is being waited for: at the first failure, then every few seconds. */
import type { Logger } from '../log';
import { rootCause } from './root-cause';

/** Milliseconds between two messages about the same wait. */
const INTERVAL = 10_000;

/**
 * A listener for `retryWithin`: `waiting for Kafka at localhost:19092 (connection refused): 10 s of 60 s`.
 */
export function reportRetries(
  log: Logger,
  what: string,
  limitSeconds: number,
): (error: unknown, elapsed: number) => void {
  let next = 0;
  return (error, elapsed) => {
    if (elapsed < next) return;
    next = elapsed + INTERVAL;
    const { message } = rootCause(error);
    log.warn(`waiting for ${what} (${message}): ${Math.round(elapsed / 1000)} s of ${limitSeconds} s`);
  };
}
