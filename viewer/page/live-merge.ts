import type { ChannelSeries, Gap, LiveRows, SeriesAnswer } from '../api';
import { lineOf, type Values } from './traces';

/**
 * Adds rows that have just arrived to the series that is shown. Undefined when it has to be asked for again,
 * as the rows have wider buckets than the series. Rows before its last instant are left out: the server
 * tells of those by `reload`.
 */
export function mergeLive(series: SeriesAnswer, rows: LiveRows): SeriesAnswer | undefined {
  const last = series.time.at(-1) ?? -Infinity;
  const from = rows.time.findIndex((time) => time >= last);
  if (from < 0) return series;
  if (series.bucketMs === null) return rows.bucketMs === null ? append(series, rows, from) : undefined;
  if (rows.bucketMs !== null && rows.bucketMs > series.bucketMs) return undefined;
  return intoBuckets(series, rows, from, series.bucketMs);
}

/** The series without what is before `start`, except for one instant, so that its line still enters. */
export function trimmed(series: SeriesAnswer, start: number): SeriesAnswer {
  const from = series.time.findIndex((time) => time >= start) - 1;
  if (from <= 0) return series;
  return {
    ...series,
    start: series.time[from]!,
    time: series.time.slice(from),
    channels: series.channels.map((channel) => mapLists(channel, (values) => values.slice(from))),
    gaps: series.gaps.filter((gap) => gap.end >= series.time[from]!),
  };
}

function append(series: SeriesAnswer, rows: LiveRows, from: number): SeriesAnswer {
  // A row at the last instant replaces it: another channel of the same row may have come later.
  const replaced = rows.time[from] === series.time.at(-1) ? 1 : 0;
  const kept = series.time.length - replaced;
  const time = [...series.time.slice(0, kept), ...rows.time.slice(from)];
  return {
    ...series,
    end: Math.max(series.end, time.at(-1)! + 1),
    time,
    channels: series.channels.map((channel) => {
      const live = rows.channels.find(({ name }) => name === channel.name);
      const fresh = live ? lineOf(live).slice(from) : rows.time.slice(from).map(() => null);
      if (replaced && fresh[0] === null) fresh[0] = lineOf(channel)[kept] ?? null;
      return {
        name: channel.name,
        unit: channel.unit,
        values: [...lineOf(channel).slice(0, kept), ...fresh],
      };
    }),
    gaps: [...series.gaps, ...gapsIn(time, Math.max(1, kept), series.intervalMs)],
  };
}

function gapsIn(time: readonly number[], from: number, intervalMs: number): Gap[] {
  const gaps: Gap[] = [];
  for (let index = from; index < time.length; index++) {
    const [start, end] = [time[index - 1]!, time[index]!];
    if (end - start > 2 * intervalMs) {
      gaps.push({ start, end, missing: Math.round((end - start) / intervalMs) - 1 });
    }
  }
  return gaps;
}

function intoBuckets(series: SeriesAnswer, rows: LiveRows, from: number, bucketMs: number): SeriesAnswer {
  const time = [...series.time];
  const lists = series.channels.map((channel) => ({
    name: channel.name,
    unit: channel.unit,
    min: [...bucketsOf(channel).min],
    max: [...bucketsOf(channel).max],
    mean: [...bucketsOf(channel).mean],
  }));
  const live = lists.map(({ name }) => rows.channels.find((channel) => channel.name === name));
  for (let row = from; row < rows.time.length; row++) {
    const bucket = Math.floor(rows.time[row]! / bucketMs) * bucketMs;
    if (bucket < (time.at(-1) ?? -Infinity)) continue;
    if (bucket > (time.at(-1) ?? -Infinity)) {
      time.push(bucket);
      for (const list of lists) for (const values of [list.min, list.max, list.mean]) values.push(null);
    }
    const at = time.length - 1;
    // How many samples the bucket has is not known: as many as fit before this row, if none is missing.
    const width = rows.bucketMs ?? series.intervalMs;
    const before = Math.max(0, Math.round((rows.time[row]! - bucket) / width));
    lists.forEach((list, index) => {
      const channel = live[index];
      const mean = channel ? lineOf(channel)[row] : null;
      if (!channel || mean === null || mean === undefined) return;
      const { min, max } = bucketsOf(channel);
      list.min[at] = Math.min(list.min[at] ?? Infinity, min[row] ?? mean);
      list.max[at] = Math.max(list.max[at] ?? -Infinity, max[row] ?? mean);
      const old = list.mean[at] ?? null;
      list.mean[at] = old === null ? mean : old + (mean - old) / (before + 1);
    });
  }
  return { ...series, end: Math.max(series.end, rows.time.at(-1)! + 1), time, channels: lists };
}

function bucketsOf(channel: ChannelSeries): { min: Values; max: Values; mean: Values } {
  if (!('values' in channel)) return channel;
  return { min: channel.values, max: channel.values, mean: channel.values };
}

function mapLists(channel: ChannelSeries, change: (values: Values) => Values): ChannelSeries {
  const { name, unit } = channel;
  if ('values' in channel) return { name, unit, values: change(channel.values) };
  return { name, unit, min: change(channel.min), max: change(channel.max), mean: change(channel.mean) };
}
