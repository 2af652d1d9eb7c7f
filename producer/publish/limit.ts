/** Time limits for work that may never end. */

import { UserError } from '../../contract/user-error';

/** Limits of a piece of work. */
export interface Limit {
  /** Time limit. */
  readonly milliseconds: number;
  /** Ends it early. @default - only the time limit ends it */
  readonly signal?: AbortSignal;
}

/**
 * The result of `work`. Throws a UserError `TIMED_OUT` or `STOPPED` when a limit is reached first; the work
 * itself goes on.
 */
export async function withLimit<T>(work: Promise<T>, { milliseconds, signal }: Limit): Promise<T> {
  work.catch(() => undefined); // it may fail after the caller has stopped waiting
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new UserError('TIMED_OUT', 'the time limit was reached')),
      Math.max(0, milliseconds),
    );
    onAbort = () => reject(new UserError('STOPPED', 'stopped by a signal'));
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
  }
}

/** Waits this long. Throws as `withLimit` does when a limit is reached first. */
export async function pause(milliseconds: number, limit: Limit): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await withLimit(new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds))), limit);
  } finally {
    clearTimeout(timer);
  }
}

/** How `retryWithin` tries. */
export interface Retry extends Limit {
  /** Pause before the second attempt; it doubles up to `maxPause`. @default 250 */
  readonly firstPause?: number;
  /** Longest pause between attempts. @default 2000 */
  readonly maxPause?: number;
  /** Called with each failed attempt that is followed by another. */
  readonly onFailure?: (error: unknown, elapsed: number) => void;
  /** Whether trying again can help. */
  readonly canRetry: (error: unknown) => boolean;
}

/**
 * Calls `attempt` until it succeeds, at growing intervals. Throws the error of an attempt that cannot be
 * retried. Throws as `withLimit` does when a limit is reached, with the error of the last attempt as the
 * cause.
 */
export async function retryWithin<T>(attempt: () => Promise<T>, retry: Retry): Promise<T> {
  const { firstPause = 250, maxPause = 2000, milliseconds, signal } = retry;
  const started = Date.now();
  const left = (): Limit => ({ milliseconds: milliseconds - (Date.now() - started), signal });
  let last: unknown;
  for (let wait = firstPause; ; wait = Math.min(wait * 2, maxPause)) {
    try {
      try {
        return await withLimit(attempt(), left());
      } catch (error) {
        if (isLimit(error) || !retry.canRetry(error)) throw error;
        last = error;
        retry.onFailure?.(error, Date.now() - started);
        await pause(wait, left());
      }
    } catch (error) {
      if (isLimit(error)) error.cause = last;
      throw error;
    }
  }
}

/** True for the errors of `withLimit`. */
export function isLimit(error: unknown): error is UserError {
  return error instanceof UserError && (error.code === 'TIMED_OUT' || error.code === 'STOPPED');
}
