import { bandPass } from '../analysis/band-pass';
import type { TideFit } from '../analysis/tide';
import { removeMean, removeTrend } from '../analysis/trend';
import type { Trace, Traces, Values } from './traces';
import type { Band, Trend } from './url-state';

/** What is done to the values before they are drawn, in this order. */
export interface Processing {
  /** Of each channel whose tide is removed. */
  readonly tides: ReadonlyMap<string, Pick<TideFit, 'at'>>;
  /** @default - none */
  readonly band?: Band;
  readonly trend: Trend;
}

/** Most instants of a gap that a band-pass fills with missing values, to keep an even rate. */
const MOST_FILLED = 200_000;

/** Applies the processing to all channels. A band-pass that cannot be applied is left out. */
export function processed(traces: Traces, { tides, band, trend }: Processing): Traces {
  const isFiltered = band !== undefined && whyNoBand(traces, band) === undefined;
  // Filters need an instant for each sample, also within gaps.
  const even = isFiltered ? evenly(traces) : traces;
  // What a bucket has is about its middle.
  const center = (even.bucketMs ?? 0) / 2;
  const channels = even.channels.map((trace) => {
    let result = trace;
    const tide = tides.get(trace.name);
    if (tide) result = shifted(result, (index) => tide.at(even.time[index]! + center));
    if (isFiltered) {
      const line = bandPass(result.line, { rate: 1000 / even.intervalMs, low: band.low, high: band.high });
      result = { ...result, line };
    }
    return withoutTrend(result, even.time, trend);
  });
  return { ...even, channels };
}

/** Why a band-pass cannot be applied to what is shown; undefined when it can. */
export function whyNoBand(
  { bucketMs, intervalMs }: Pick<Traces, 'bucketMs' | 'intervalMs'>,
  band: Band,
): string | undefined {
  const rate = 1000 / intervalMs;
  if (rate < 1)
    return 'Samples every 10 min are too slow to filter: choose the session Hour (1 Hz) or Min (20 Hz).';
  if (bucketMs !== null) return 'Only raw samples can be filtered: zoom in until raw samples are shown.';
  if (band.high >= rate / 2)
    return `The upper limit must be below ${rate / 2} Hz, half the rate of this session.`;
  return undefined;
}

function withoutTrend(trace: Trace, time: readonly number[], trend: Trend): Trace {
  if (trend === 'none') return trace;
  const rest = trend === 'mean' ? removeMean(trace.line) : removeTrend(time, trace.line);
  return shifted(trace, (index) => (trace.line[index] ?? 0) - (rest[index] ?? 0));
}

/** Subtracts the same from the line and the envelope, so that the line stays within it. */
function shifted(trace: Trace, by: (index: number) => number): Trace {
  const offsets = trace.line.map((value, index) => (value === null ? 0 : by(index)));
  const minus = (values: Values): Values =>
    values.map((value, index) => (value === null ? null : value - offsets[index]!));
  const { envelope } = trace;
  return {
    ...trace,
    line: minus(trace.line),
    ...(envelope ? { envelope: { min: minus(envelope.min), max: minus(envelope.max) } } : {}),
  };
}

function evenly(traces: Traces): Traces {
  const { time, intervalMs } = traces;
  const slots = Math.round(((time.at(-1) ?? 0) - (time[0] ?? 0)) / intervalMs) + 1;
  if (time.length < 2 || slots > MOST_FILLED) return traces;
  const first = time[0]!;
  const slotOf = time.map((at) => Math.round((at - first) / intervalMs));
  return {
    ...traces,
    time: Array.from({ length: slots }, (_, slot) => first + slot * intervalMs),
    channels: traces.channels.map((trace) => {
      const line: (number | null)[] = new Array<null>(slots).fill(null);
      slotOf.forEach((slot, index) => {
        line[slot] = trace.line[index] ?? line[slot] ?? null;
      });
      return { ...trace, line };
    }),
  };
}
