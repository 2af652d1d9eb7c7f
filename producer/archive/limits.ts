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
}

/** Default limits. */
export const DEFAULT_LIMITS: Limits = {
  depth: 16,
  members: 4_000_000,
  bottleBytes: 16 * 1024 * 1024,
  inflatedBytes: 64 * 1024 * 1024,
  nestedBytes: 1024 * 1024 * 1024,
  inflatedRatio: 200,
};
