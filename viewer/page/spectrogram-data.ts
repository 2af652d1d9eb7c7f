/** From an answer of the server to a spectrogram, and what there is to say about it. */
import { spectrogram, type Spectrogram } from '../analysis/spectrogram';
import type { Values } from '../analysis/values';
import type { SeriesAnswer } from '../api';

/** A spectrogram whose columns have instants. */
export interface TimedSpectrogram extends Omit<Spectrogram, 'centers'> {
  /** Middle of each window, in milliseconds since 1970 UTC. */
  readonly times: readonly number[];
  /** From one column to the next. */
  readonly stepMs: number;
  readonly windowMs: number;
}

/** A cell: indices into `times` and `frequencies`. */
export interface Cell {
  readonly column: number;
  readonly bin: number;
}

/** The fewest samples in a window that say something about frequencies. */
export const LEAST_WINDOW = 16;
const LARGEST_WINDOW = 4096;

/** About as many columns as a screen shows. */
const COLUMNS = 800;

/** The samples of an answer's first channel at even intervals from the first instant on, null in gaps. */
export function evenSamples({ time, intervalMs, channels }: SeriesAnswer): Values {
  const channel = channels[0];
  if (time.length === 0 || !channel || !('values' in channel)) return [];
  const indexOf = (instant: number): number => Math.round((instant - time[0]!) / intervalMs);
  const samples = new Array<number | null>(indexOf(time.at(-1)!) + 1).fill(null);
  channel.values.forEach((value, i) => {
    samples[indexOf(time[i]!)] = value;
  });
  return samples;
}

/**
 * A window that divides what there is fairly between time and frequency: about as many windows side by side
 * as half of their frequencies. A power of two from LEAST_WINDOW on.
 */
export function usualWindow(samples: number): number {
  const window = 2 ** Math.round(Math.log2(2 * Math.sqrt(Math.max(1, samples))));
  return Math.min(LARGEST_WINDOW, Math.max(LEAST_WINDOW, window));
}

/** Windows to choose from: at least two of them fit side by side. */
export function windowChoices(samples: number): number[] {
  const choices: number[] = [];
  for (let window = LEAST_WINDOW; window <= LARGEST_WINDOW && 2 * window <= samples; window *= 2) {
    choices.push(window);
  }
  return choices;
}

/** The spectrogram of an answer with raw samples; undefined when they do not fill a single window. */
export function timedSpectrogram(answer: SeriesAnswer, windowSamples: number): TimedSpectrogram | undefined {
  const { intervalMs } = answer;
  const samples = evenSamples(answer);
  const stepSamples = Math.min(windowSamples / 2, Math.max(1, Math.round(samples.length / COLUMNS)));
  const { centers, ...rest } = spectrogram(samples, { rate: 1000 / intervalMs, windowSamples, stepSamples });
  if (!rest.decibels.some((column) => column[0] !== null)) return undefined;
  return {
    ...rest,
    times: centers.map((center) => answer.time[0]! + center * intervalMs),
    stepMs: stepSamples * intervalMs,
    windowMs: windowSamples * intervalMs,
  };
}

/**
 * Decibels for the ends of the colours, multiples of 5: nearly all cells lie between. A few very loud or
 * silent ones do not take the colours from the others. Zero frequency does not count: the mean is removed.
 */
export function decibelRange({ decibels }: Pick<Spectrogram, 'decibels'>): [number, number] {
  // A part of the columns gives nearly the same, and sorting all cells takes a tenth of a second.
  const every = Math.max(1, Math.ceil((decibels.length * (decibels[0]?.length ?? 0)) / 40_000));
  const found = decibels
    .filter((_, column) => column % every === 0)
    .flatMap((column) => column.slice(1))
    .filter((value): value is number => value !== null && Number.isFinite(value))
    .sort((a, b) => a - b);
  if (found.length === 0) return [-10, 0];
  const quantile = (part: number): number => found[Math.floor(part * (found.length - 1))]!;
  const low = 5 * Math.floor(quantile(0.02) / 5);
  return [low, Math.max(low + 10, 5 * Math.ceil(quantile(0.998) / 5))];
}

/** The cell nearest to an instant and a frequency. Undefined where no window has its middle. */
export function cellAt(shown: TimedSpectrogram, time: number, frequency: number): Cell | undefined {
  const column = Math.round((time - shown.times[0]!) / shown.stepMs);
  if (column < 0 || column >= shown.times.length) return undefined;
  const last = shown.frequencies.length - 1;
  const bin = Math.round((frequency / shown.frequencies[last]!) * last);
  return { column, bin: Math.min(last, Math.max(1, bin)) };
}

/** Where a key moves the cursor: arrows by one cell or, with Shift, ten. Undefined for other keys. */
export function movedBy(key: string, isFast: boolean, cell: Cell, shown: TimedSpectrogram): Cell | undefined {
  const by = isFast ? 10 : 1;
  const columns = shown.times.length;
  const place = (column: number, bin: number): Cell => ({
    column: Math.min(columns - 1, Math.max(0, column)),
    bin: Math.min(shown.frequencies.length - 1, Math.max(1, bin)),
  });
  switch (key) {
    case 'ArrowLeft':
      return place(cell.column - by, cell.bin);
    case 'ArrowRight':
      return place(cell.column + by, cell.bin);
    case 'ArrowUp':
      return place(cell.column, cell.bin + by);
    case 'ArrowDown':
      return place(cell.column, cell.bin - by);
    case 'Home':
      return place(0, cell.bin);
    case 'End':
      return place(columns, cell.bin);
    default:
      return undefined;
  }
}

/** The cell with the largest density, zero frequency aside: where the cursor begins. */
export function loudest({ decibels }: Pick<Spectrogram, 'decibels'>): Cell {
  let cell: Cell = { column: 0, bin: 1 };
  let most = -Infinity;
  decibels.forEach((values, column) => {
    for (let bin = 1; bin < values.length; bin++) {
      const value = values[bin] ?? -Infinity;
      if (value <= most) continue;
      most = value;
      cell = { column, bin };
    }
  });
  return cell;
}

/** `counts²/Hz`; a unit of several parts in parentheses. */
export function densityUnit(unit: string): string {
  const symbol = unit === 'microstrain' ? 'µε' : unit;
  return /^[\p{L}%°]+$/u.test(symbol) ? `${symbol}²/Hz` : `(${symbol})²/Hz`;
}
