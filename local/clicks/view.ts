/** The counts as a table: names down, minutes across. */
import { grid } from '../../producer/summary';
import { type ClickCounts, clock } from './expected';

/** How many minutes are shown. Earlier ones count only in the total. */
const MINUTES = 5;

/** The table, with a line for unknown ids if there are any. */
export function countTable({ named, unknown }: ClickCounts): string {
  const minutes = [...new Set([...named.values()].flatMap((byMinute) => [...byMinute.keys()]))].sort(
    (a, b) => a - b,
  );
  const shown = minutes.slice(-MINUTES);
  const rows = [...named].map(([name, byMinute]) => [
    name,
    ...shown.map((minute) => byMinute.get(minute) ?? 0),
    sum(byMinute.values()),
  ]);
  rows.sort(([a], [b]) => String(a).localeCompare(String(b)));
  const table = grid(['name', ...shown.map(clock), 'clicks'], rows);
  return unknown === 0 ? table : `${table}\n${unknown} on unknown ids (topic clicks_unknown)`;
}

/** Clicks that were counted, by name or as unknown. */
export function totalOf({ named, unknown }: ClickCounts): number {
  return sum([...named.values()].map((byMinute) => sum(byMinute.values()))) + unknown;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
