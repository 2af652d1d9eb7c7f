/** What the strain jobs have to give, computed from all rows at once. It shares nothing with them. */
import type { Session, StrainRow } from './rows';

/** What an upsert topic has at its end: value by key, both as JSON of their fields in the schema's order. */
export type Final = ReadonlyMap<string, string>;

const MINUTE_MS = 60_000;

const INTERVALS: Record<Session, number> = { Day: 600_000, Hour: 1_000, Min: 50 };

/** Statistics of each channel and minute of the 1 Hz and 20 Hz sessions. */
export function minutesOf(rows: readonly StrainRow[]): Final {
  const minutes = new Map<string, Map<number, number>>();
  for (const { session, key, value } of rows) {
    if (session === 'Day') continue;
    for (const [channel, sample] of Object.entries(value)) {
      if (typeof sample !== 'number' || channel === 'time') continue;
      const minute = Math.floor(value.time / MINUTE_MS) * MINUTE_MS;
      const name = JSON.stringify([key.site, session, channel, minute]);
      let samples = minutes.get(name);
      if (!samples) minutes.set(name, (samples = new Map<number, number>()));
      samples.set(value.time, sample);
    }
  }
  return new Map([...minutes].map(([name, samples]) => [name, JSON.stringify(statistics(samples))]));
}

function statistics(samples: ReadonlyMap<number, number>): number[] {
  const inOrder = [...samples].sort(([a], [b]) => a - b).map(([, sample]) => sample);
  const sum = inOrder.reduce((a, b) => a + b, 0);
  const [first = NaN, last = NaN] = [inOrder[0], inOrder.at(-1)];
  return [inOrder.length, Math.min(...inOrder), Math.max(...inOrder), sum / inOrder.length, first, last];
}

/** Stretches of each station's sessions that are longer than twice the interval and have no row. */
export function gapsOf(rows: readonly StrainRow[]): Final {
  const instants = new Map<string, Set<number>>();
  for (const { session, key, value } of rows) {
    const name = JSON.stringify([key.site, session]);
    instants.set(name, (instants.get(name) ?? new Set()).add(value.time));
  }
  const gaps = new Map<string, string>();
  for (const [name, times] of instants) {
    const [site, session] = JSON.parse(name) as [string, Session];
    const interval = INTERVALS[session];
    const sorted = [...times].sort((a, b) => a - b);
    for (const [i, end] of sorted.entries()) {
      const start = sorted[i - 1];
      if (start === undefined || end - start <= 2 * interval) continue;
      let missing = 0;
      for (let at = start + interval; at < end; at += interval) missing++;
      gaps.set(JSON.stringify([site, session, start]), JSON.stringify([end, missing]));
    }
  }
  return gaps;
}

/** A station's constants: a count of each gauge that is zero strain, and the plate gap in metres. */
export interface Constants {
  readonly references: readonly [number | null, number | null, number | null, number | null];
  readonly gap: number;
}

/**
 * Microstrain of a row's four gauges, by the formula of the format's description; null where there is no
 * sample.
 */
export function microstrainOf(
  { session, value }: StrainRow,
  { references, gap }: Constants,
): (number | null)[] {
  const prefix = { Day: 'rs', Hour: 'ls', Min: 'bs' }[session];
  return references.map((reference, gauge) => {
    const count = value[`${prefix}${gauge + 1}_t0`];
    if (typeof count !== 'number' || reference === null) return null;
    const [x, xr] = [count / 10 ** 8, reference / 10 ** 8];
    return (x / (1 - x) - xr / (1 - xr)) * (gap / 0.087) * 10 ** 6;
  });
}

/** What differs, in words; at most ten. */
export function differences(found: Final, expected: Final): string[] {
  const missing = [...expected].filter(([key, value]) => found.get(key) !== value);
  const surplus = [...found.keys()].filter((key) => !expected.has(key));
  return [
    ...missing.map(([key, value]) => `${key}: found ${found.get(key)}, expected ${value}`),
    ...surplus.map((key) => `${key}: found ${found.get(key)}, expected none`),
  ].slice(0, 10);
}
