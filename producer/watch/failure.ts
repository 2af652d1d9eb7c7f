/**
 * What a failure of a source means:
 * `outage`: the source as a whole does not answer, and is tried again;
 * `refused`: this folder or archive cannot be read, and trying again soon does not help;
 * `gone`: there is no such folder or archive;
 * `unfinished`: the archive may still be being written.
 */
export type FailureKind = 'outage' | 'refused' | 'gone' | 'unfinished';

/** A folder could not be listed, or an archive could not be fetched. The message says why. */
export class SourceFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    /** Milliseconds after which the source asks to be tried again. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}
