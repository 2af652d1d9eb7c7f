/** What became of the archives of a run. */

/** Counts of archives; loose bottles of one period count as one. */
export interface Outcomes {
  /** Published from the first row on. */
  published: number;
  /** Published from a later row on, because a run before had committed the rows before it. */
  resumed: number;
  /** Already published with the same content. */
  skipped: number;
  /** Published with other content than before under the same name. */
  reissued: number;
  /** Left out because they have other content than before. */
  reissuesSkipped: number;
  /** Published, with rows in a period of which another archive has rows of the same station and session. */
  overlapping: number;
  /** Already published, with damage that was found then. */
  skippedDamaged: number;
  /** Rows that were committed by a run before. */
  rowsSkipped: number;
}

/** No archives. */
export function noOutcomes(): Outcomes {
  return {
    published: 0,
    resumed: 0,
    skipped: 0,
    reissued: 0,
    reissuesSkipped: 0,
    overlapping: 0,
    skippedDamaged: 0,
    rowsSkipped: 0,
  };
}

/** Adds counts to others. */
export function addOutcomes(to: Outcomes, from: Outcomes): void {
  for (const key of Object.keys(to) as (keyof Outcomes)[]) to[key] += from[key];
}
