import type { ChannelSeries, Gap, SeriesAnswer } from '../api';

/** Values of which some are missing. */
export type Values = readonly (number | null)[];

/** A channel as it is drawn. */
export interface Trace {
  readonly name: string;
  readonly unit: string;
  /** Raw samples, or the means of buckets. */
  readonly line: Values;
  /** Least and greatest values of buckets. @default - the line has raw samples */
  readonly envelope?: { readonly min: Values; readonly max: Values };
}

/** What an answer has, with a hole in time and values at each gap, so that no line bridges it. */
export interface Traces {
  readonly time: readonly number[];
  /** Null for raw samples. */
  readonly bucketMs: number | null;
  readonly intervalMs: number;
  readonly gaps: readonly Gap[];
  readonly channels: readonly Trace[];
}

/** Prepares an answer for drawing. */
export function tracesOf(answer: SeriesAnswer): Traces {
  const { bucketMs, intervalMs, gaps } = answer;
  const holes = holesOf(answer);
  const spread = (values: Values): Values => insert(values, holes, () => null);
  return {
    time: insert(answer.time, holes, (index) => (answer.time[index - 1]! + answer.time[index]!) / 2),
    bucketMs,
    intervalMs,
    gaps,
    channels: answer.channels.map((channel) => ({
      name: channel.name,
      unit: channel.unit,
      ...('values' in channel
        ? { line: spread(channel.values) }
        : { line: spread(channel.mean), envelope: { min: spread(channel.min), max: spread(channel.max) } }),
    })),
  };
}

/** The values of a channel that a line is drawn through. */
export function lineOf(channel: ChannelSeries): Values {
  return 'values' in channel ? channel.values : channel.mean;
}

/**
 * Indices before which a hole belongs: where the times are further apart than they can be without a gap.
 * Gaps shorter than a bucket leave no hole, as both of their ends are in buckets that have values.
 */
function holesOf({ time, bucketMs, intervalMs }: SeriesAnswer): number[] {
  const most = bucketMs === null ? 2 * intervalMs : Math.max(bucketMs, 2 * intervalMs);
  return time.flatMap((at, index) => (index > 0 && at - time[index - 1]! > most ? [index] : []));
}

function insert<T>(all: readonly T[], before: readonly number[], made: (index: number) => T): readonly T[] {
  if (before.length === 0) return all;
  const result: T[] = [];
  let from = 0;
  for (const index of before) {
    for (; from < index; from++) result.push(all[from]!);
    result.push(made(index));
  }
  for (; from < all.length; from++) result.push(all[from]!);
  return result;
}

/** Index of the entry whose time is closest, by bisection; -1 where there is none. */
export function closest(time: readonly number[], at: number): number {
  let [low, high] = [0, time.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low > 0 && at - time[low - 1]! <= time[low]! - at ? low - 1 : Math.min(low, time.length - 1);
}
