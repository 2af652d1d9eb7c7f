/**
 * Bounds on what an archive may cost to read. They are far above what any true archive needs, and keep one
 * that was made to hurt (a few kilobytes that inflate without end, archives nested without end) from costing
 * more than itself.
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
   * Bytes that it and all the compressed ones inside it may inflate to together, unless `inflatedRatio`
   * allows more. @default 1 GiB
   */
  readonly nestedBytes: number;
  /**
   * How often its compressed size an archive may inflate to, once above `inflatedBytes`; true ones stay below
   * 20. @default 200
   */
  readonly inflatedRatio: number;
}

/** The limits where none are given. */
export const DEFAULT_LIMITS: Limits = {
  depth: 16,
  members: 4_000_000,
  bottleBytes: 16 * 1024 * 1024,
  inflatedBytes: 64 * 1024 * 1024,
  nestedBytes: 1024 * 1024 * 1024,
  inflatedRatio: 200,
};
