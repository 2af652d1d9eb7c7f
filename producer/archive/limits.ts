/**
 * Limits on the memory and time that reading an archive may take. They are far above what a real archive
 * needs. A malicious archive (a few kilobytes that inflate without end, or endless nesting) only loses its
 * own bottles.
 */
export interface Limits {
  /**
   * Layers of gzip and tar around a bottle; the public archives have 4 (day, hour, and a minute's gzip and
   * tar). @default 16
   */
  readonly depth: number;
  /** Members of one archive; a day of 20 Hz bottles in one has 5,760. @default 4,000,000 */
  readonly members: number;
  /** Bytes of one bottle; 20 Hz bottles joined to an hour have 288,040. @default 16 MiB */
  readonly bottleBytes: number;
  /**
   * Bytes of bottles of one gzipped archive that wait for its check sum. Beyond it the earliest are read
   * before the check sum. @default 64 MiB, more than a whole 20 Hz day
   */
  readonly heldBytes: number;
  /**
   * Bytes that a compressed archive may always inflate to; a whole 20 Hz day has 35 MB. Beyond it
   * `inflatedRatio` decides.
   * @default 64 MiB
   */
  readonly inflatedBytes: number;
  /**
   * Bytes to which an archive and all compressed archives inside it may inflate together, unless
   * `inflatedRatio` allows more. @default 1 GiB
   */
  readonly nestedBytes: number;
  /**
   * How many times its compressed size an archive may inflate to, above `inflatedBytes`. Real archives stay
   * below 20. @default 200
   */
  readonly inflatedRatio: number;
  /**
   * Bytes of over-long bottles that a compressed archive may inflate to in addition. They are passed over, so
   * that the members after them are read. @default 256 MiB
   */
  readonly passedBytes: number;
}

/** Default limits. */
export const DEFAULT_LIMITS: Limits = {
  depth: 16,
  members: 4_000_000,
  bottleBytes: 16 * 1024 * 1024,
  heldBytes: 64 * 1024 * 1024,
  inflatedBytes: 64 * 1024 * 1024,
  nestedBytes: 1024 * 1024 * 1024,
  inflatedRatio: 200,
  passedBytes: 256 * 1024 * 1024,
};
