/** Where `watch` finds archives. A source is a folder, an HTTP directory listing, or an S3 bucket. */

/** An archive on this machine. */
export interface LocalArchive {
  /** The file. Its base name is the archive's name. */
  readonly path: string;
  /** Removes the file if it is a temporary copy. */
  release(): Promise<void>;
}

/** An archive, or a loose bottle, that is complete. */
export interface FoundArchive {
  /** Base name: the identity of the archive, together with its content. */
  readonly name: string;
  /** Where it is, for messages: a path or an address, without a password. */
  readonly path: string;
  /** When it was last changed; undefined where the source does not say. */
  readonly modified: Date | undefined;
  /**
   * Makes it a file on this machine. Undefined when it cannot be had now: the reason is logged, and a later
   * `poll` finds it again, unless it is gone. Resolves early, also with undefined, when the signal is
   * aborted.
   */
  fetch(signal: AbortSignal): Promise<LocalArchive | undefined>;
}

/**
 * A place that is watched. An outage never throws: it is logged when it begins and when it ends, and the
 * source tries again, at growing intervals.
 */
export interface ArchiveSource {
  /** Its address, for messages and metrics, without a password. */
  readonly address: string;
  /** False during an outage. */
  readonly isReachable: boolean;
  /** True once everything that was there at the start has been found. */
  readonly hasFoundAll: boolean;
  /**
   * Looks once. Returns what is complete and was not returned before, or has changed since, ordered by
   * station, session and period. A large source is returned in parts, station by station where its folders
   * allow it. Returns nothing during an outage, and when the signal is aborted.
   *
   * @throws UserError `INPUT_UNREADABLE` when the first look shows that the address is wrong
   */
  poll(signal: AbortSignal): Promise<readonly FoundArchive[]>;
  /** Waits until it is time to look again, or until the signal is aborted. */
  pause(signal: AbortSignal): Promise<void>;
  /** Ends connections and removes temporary copies. */
  close(): Promise<void>;
}
