/** Bounds on work that may never end. */

/** Thrown by `withLimit`: the time was over, or the signal came, before the work was done. */
export class LimitReached extends Error {
  constructor(readonly reason: 'time' | 'signal') {
    super(reason === 'time' ? 'the time was over' : 'it was told to stop');
    this.name = 'LimitReached';
  }
}

/** What bounds a piece of work. */
export interface Limit {
  /** Time that it has. */
  readonly milliseconds: number;
  /** Ends it early. @default - time alone ends it */
  readonly signal?: AbortSignal;
}

/** The result of `work`, or LimitReached at once when a limit is reached first; the work itself is not stopped then. */
export async function withLimit<T>(work: Promise<T>, { milliseconds, signal }: Limit): Promise<T> {
  work.catch(() => undefined); // the caller may have gone by the time it fails
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LimitReached('time')), Math.max(0, milliseconds));
    onAbort = () => reject(new LimitReached('signal'));
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

/** Waits so long, or until a limit is reached: LimitReached. */
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
 * Calls `attempt` until it succeeds, at growing intervals. Throws what it threw when that cannot be retried, and LimitReached
 * when a limit is reached, with the last attempt's error as its cause.
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
        if (error instanceof LimitReached || !retry.canRetry(error)) throw error;
        last = error;
        retry.onFailure?.(error, Date.now() - started);
        await pause(wait, left());
      }
    } catch (error) {
      if (error instanceof LimitReached) error.cause = last;
      throw error;
    }
  }
}
