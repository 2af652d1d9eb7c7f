/** What part of time is seen, and moves through it: pure, so that the wheel, the keys and buttons agree. */

/** From `start` (included) to `end` (excluded), in milliseconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Shortest and longest that can be seen: one sample at 20 Hz, and more than any record. */
const SHORTEST = 50;
const LONGEST = 100 * 365.25 * 86_400_000;

/** Lengths that have a button. */
export const LENGTHS = [
  { label: '10 min', ms: 600_000 },
  { label: '1 h', ms: 3_600_000 },
  { label: '1 d', ms: 86_400_000 },
  { label: '7 d', ms: 7 * 86_400_000 },
  { label: '30 d', ms: 30 * 86_400_000 },
  { label: '1 y', ms: 365 * 86_400_000 },
] as const;

/** Makes it `factor` times as long; the instant `around` stays where it is on the screen. */
export function zoom({ start, end }: Span, factor: number, around = (start + end) / 2): Span {
  const length = Math.min(LONGEST, Math.max(SHORTEST, (end - start) * factor));
  const scale = length / (end - start);
  return whole(around - (around - start) * scale, length);
}

/** Moves it by a part of its length: positive is later. */
export function pan({ start, end }: Span, part: number): Span {
  return whole(start + (end - start) * part, end - start);
}

/** The same length at another place, or another length that ends at the same instant. */
export function endingAt(end: number, length: number): Span {
  return whole(end - length, length);
}

/** Two instants in any order as a span that can be seen. */
export function between(one: number, other: number): Span {
  const start = Math.min(one, other);
  return whole(start, Math.max(SHORTEST, Math.abs(one - other)));
}

/** What is seen while following: the newest instant a little left of the edge, as it is about to move. */
export function following(newest: number, length: number): Span {
  return endingAt(newest + length * 0.02, length);
}

/** All of a record, with a little room on both sides. */
export function allOf(first: number, last: number): Span {
  const room = Math.max(SHORTEST, (last - first) * 0.01);
  return between(first - room, last + room);
}

/** Whole milliseconds: addresses and requests have no fractions. */
function whole(start: number, length: number): Span {
  const from = Math.round(start);
  return { start: from, end: from + Math.max(SHORTEST, Math.round(length)) };
}
