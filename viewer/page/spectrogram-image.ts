/** Painting a spectrogram's cells into pixels. */
import { colorAt } from './color-map';
import { type FrequencyAxis, frequencyAt } from './frequency-axis';
import type { TimedSpectrogram } from './spectrogram-data';

/** What is painted, and where it lies. */
export interface Picture {
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  /** Instants of the left and right edge, in milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly axis: FrequencyAxis;
  /** Decibels of the first and the last colour. */
  readonly range: readonly [number, number];
}

const SHADES = 256;

/**
 * Red, green, blue and opacity of each pixel, row by row from the highest frequency. A pixel with several
 * frequencies has the largest density, so that no narrow line is lost. Where there is no window, it is
 * transparent.
 */
export function paint(shown: TimedSpectrogram, picture: Picture): Uint8ClampedArray {
  const { width, height, range } = picture;
  const shades = Uint8Array.from(Array.from({ length: SHADES }, (_, i) => colorAt(i / (SHADES - 1))).flat());
  const rows = Array.from({ length: height }, (_, row) => binsOf(row, shown, picture));
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let x = 0; x < width; x++) {
    const values = columnOf(x, shown, picture);
    if (values === undefined || values[0] === null) continue;
    for (let y = 0; y < height; y++) {
      const [first, last] = rows[y]!;
      let value = -Infinity;
      for (let bin = first; bin <= last; bin++) value = Math.max(value, values[bin]!);
      const fraction = (value - range[0]) / (range[1] - range[0]);
      const shade = 3 * Math.round(Math.min(1, Math.max(0, fraction)) * (SHADES - 1));
      const at = 4 * (y * width + x);
      pixels[at] = shades[shade]!;
      pixels[at + 1] = shades[shade + 1]!;
      pixels[at + 2] = shades[shade + 2]!;
      pixels[at + 3] = 255;
    }
  }
  return pixels;
}

/** The column of a pixel: the nearest, at most half a step, or half a pixel, away. */
function columnOf(x: number, { times, stepMs, decibels }: TimedSpectrogram, { width, start, end }: Picture) {
  const perPixel = (end - start) / width;
  const time = start + (x + 0.5) * perPixel;
  const column = Math.min(times.length - 1, Math.max(0, Math.round((time - times[0]!) / stepMs)));
  const isNear = Math.abs(times[column]! - time) <= Math.max(stepMs, perPixel) / 2 + 1e-6;
  return isNear ? decibels[column] : undefined;
}

/** First and last bin of a row of pixels; never zero frequency, whose density is what the mean left. */
function binsOf(row: number, { frequencies }: TimedSpectrogram, { height, axis }: Picture): [number, number] {
  const last = frequencies.length - 1;
  const binOf = (edge: number): number => (frequencyAt(edge, axis) / frequencies[last]!) * last;
  const [from, to] = [binOf(1 - (row + 1) / height), binOf(1 - row / height)];
  const nearest = Math.round((from + to) / 2);
  // The upper edge is the next row's, but for the uppermost.
  const [first, end] = [Math.ceil(from - 1e-9), row === 0 ? last : Math.ceil(to - 1e-9) - 1];
  const within = (bin: number): number => Math.min(last, Math.max(1, bin));
  return first <= end ? [within(first), within(end)] : [within(nearest), within(nearest)];
}
