/** A day as 24 rows of an hour, as on a drum recorder. */
import { removeMean, removeTrend } from '../analysis/trend';
import type { Values } from '../analysis/values';
import type { SeriesAnswer } from '../api';

const HOUR_MS = 3_600_000;

/** Rows of a day. */
export const HOURS = 24;

/** What is taken from each row. */
export type RowTrend = 'mean' | 'line';

/** One hour; the arrays have an entry for each instant. */
export interface DayRow {
  /** Milliseconds since 1970 UTC. */
  readonly start: number;
  readonly end: number;
  /** Where in the row, from 0 to 1. */
  readonly place: readonly number[];
  readonly min: Values;
  readonly max: Values;
  /** Part of the hour with samples, from 0 to 1. */
  readonly covered: number;
  /** From the smallest to the largest value, in the unit of the values; undefined without samples. */
  readonly range: number | undefined;
}

/** The rows of the day that begins at `day`, 00:00 UTC in milliseconds, from an answer for it. */
export function dayRows(answer: SeriesAnswer, day: number, trend: RowTrend): DayRow[] {
  const { time, bucketMs, intervalMs } = answer;
  const channel = answer.channels[0];
  const { min, max, mean } =
    channel === undefined
      ? { min: [], max: [], mean: [] }
      : 'values' in channel
        ? { min: channel.values, max: channel.values, mean: channel.values }
        : channel;
  const width = bucketMs ?? intervalMs;

  return Array.from({ length: HOURS }, (_, hour) => {
    const start = day + hour * HOUR_MS;
    const from = firstFrom(time, start);
    const to = firstFrom(time, start + HOUR_MS);
    const instants = time.slice(from, to);
    const means = mean.slice(from, to);
    const rest = trend === 'mean' ? removeMean(means) : removeTrend(instants, means);
    // What is taken from the mean is taken from the envelope too, so that it stays around it.
    const less = (values: Values): Values =>
      values.slice(from, to).map((value, i) => (value === null ? null : value - (means[i]! - rest[i]!)));
    const [lows, highs] = [less(min), less(max)];
    const samples = means.filter((value) => value !== null).length;
    return {
      start,
      end: start + HOUR_MS,
      place: instants.map((instant) => (instant + width / 2 - start) / HOUR_MS),
      min: lows,
      max: highs,
      covered: Math.min(1, (samples * width) / HOUR_MS),
      range: samples === 0 ? undefined : largest(highs, 1) + largest(lows, -1),
    };
  });
}

/**
 * Height of a row in the unit of the values, so that the trace of a usual hour fills most of it. It is the
 * median of the hours that counts: an earthquake then crosses its neighbours, but leaves them to be seen.
 */
export function usualHeight(rows: readonly DayRow[]): number {
  // Some channels do not change for hours: those do not count.
  const ranges = rows.flatMap(({ range = 0 }) => (range > 0 ? [range] : [])).sort((a, b) => a - b);
  const usual = ranges[Math.floor(ranges.length / 2)];
  return usual === undefined ? 1 : roundUp(usual * 1.1);
}

/** The smallest of 1, 1.5, 2, 3, 5, 7 times a power of ten that is not less. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 5, 7, 10].find((it) => it * power >= value * (1 - 1e-12))!;
  return Number((step * power).toPrecision(3));
}

/** Runs of indices without nulls or gaps: where a trace is drawn without a break. `end` is exclusive. */
export function runsOf({ place, min }: DayRow, widthMs: number): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  const farthest = (1.5 * widthMs) / HOUR_MS;
  min.forEach((value, i) => {
    if (value === null) return;
    const last = runs.at(-1);
    if (last?.end === i && place[i]! - place[i - 1]! <= farthest) last.end++;
    else runs.push({ start: i, end: i + 1 });
  });
  return runs;
}

/** Index of the first instant that is not before `from`. */
function firstFrom(time: readonly number[], from: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Largest of the values times `sign`. */
function largest(values: Values, sign: 1 | -1): number {
  return values.reduce<number>(
    (most, value) => (value === null ? most : Math.max(most, sign * value)),
    -Infinity,
  );
}
