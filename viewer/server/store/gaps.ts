/** Gaps: where two neighbouring instants of a stream are further apart than twice its interval. */
import type { Gap, Session } from '../../api';
import { STRAIN_INTERVALS } from '../../../producer/bottle/session';

/** A period, both ends included, milliseconds since 1970-01-01 UTC. */
export interface Period {
  readonly first: number;
  readonly last: number;
}

/** Intervals that neighbouring instants are apart at most without a gap, as in the job `gtsm-gaps`. */
const LARGEST_STEP = 2;

/** The gaps between ascending instants, and before them from the instant that comes before. */
export function gapsBetween(
  before: number | undefined,
  time: readonly number[],
  interval: number,
): Omit<Gap, 'missing'>[] {
  const gaps: Omit<Gap, 'missing'>[] = [];
  let start = before ?? time[0] ?? 0;
  for (const end of time) {
    if (end - start > LARGEST_STEP * interval) gaps.push({ start, end });
    start = end;
  }
  return gaps;
}

/** Statements that find the gaps again in a period and up to the instants next to it. */
export function findGaps(
  { stream, session }: { readonly stream: number; readonly session: Session },
  { first, last }: Period,
): string[] {
  const rows = `rows_${stream}`;
  const before = `coalesce((SELECT max(time) FROM ${rows} WHERE time < ${first}), ${first})`;
  const after = `coalesce((SELECT min(time) FROM ${rows} WHERE time > ${last}), ${last})`;
  return [
    `DELETE FROM gaps WHERE stream = ${stream} AND "start" >= ${before} AND "end" <= ${after}`,
    `INSERT INTO gaps SELECT ${stream}, previous, time FROM (
      SELECT time, lag(time) OVER (ORDER BY time) AS previous FROM ${rows} WHERE time BETWEEN ${before} AND ${after}
    ) WHERE time - previous > ${LARGEST_STEP * STRAIN_INTERVALS[session]}`,
  ];
}

/** A gap with the number of instants that are missing in it. */
export function withMissing({ start, end }: Omit<Gap, 'missing'>, interval: number): Gap {
  return { start, end, missing: Math.round((end - start) / interval) - 1 };
}
