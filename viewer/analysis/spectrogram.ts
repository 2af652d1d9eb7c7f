/** Power spectra of a channel over time. */
// The types of fft.js, for whoever compiles this file, with whichever list of files.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- an ambient module cannot be imported
/// <reference path="./fft-js.d.ts" />
import FFT from 'fft.js';

import type { Values } from './values';

export interface SpectrogramOptions {
  /** Samples per second. */
  readonly rate: number;
  /** Length of a window: a power of two, 4 or more. */
  readonly windowSamples: number;
  /** From the start of a window to that of the next: half of `windowSamples` or less uses all samples. */
  readonly stepSamples: number;
}

export interface Spectrogram {
  /** Hz, from 0 to half the rate. */
  readonly frequencies: number[];
  /** Index of the sample in the middle of each window, where its weight is largest. */
  readonly centers: number[];
  /**
   * Power spectral density in dB relative to 1 unit²/Hz: one array per center, with an entry per frequency.
   * A window that lacks a sample has nulls; no power at all is -Infinity.
   */
  readonly decibels: (number | null)[][];
}

/**
 * One-sided power spectral density of overlapping windows, each without its mean and under a periodic Hann
 * window. Scaled so that the density summed over the frequencies, times their spacing, is the mean square.
 * There is no window, and no center, when there are fewer values than `windowSamples`.
 *
 * Throws a RangeError for options that are out of range.
 *
 * Source: Welch (1967), doi:10.1109/TAU.1967.1161901; scaling as in Heinzel, Rüdiger & Schilling (2002),
 * "Spectrum and spectral density estimation by the DFT", section 9.
 */
export function spectrogram(values: Values, options: SpectrogramOptions): Spectrogram {
  const { rate, windowSamples, stepSamples } = checked(options);
  const bins = windowSamples / 2 + 1;
  const window = hann(windowSamples);
  const scale = 1 / (rate * window.reduce((sum, weight) => sum + weight * weight, 0));
  const fft = new FFT(windowSamples);
  const weighted = new Float64Array(windowSamples);
  const spectrum = new Float64Array(2 * windowSamples);

  const centers: number[] = [];
  const decibels: (number | null)[][] = [];
  for (let start = 0; start + windowSamples <= values.length; start += stepSamples) {
    centers.push(start + windowSamples / 2);
    if (!weigh(values, start, window, weighted)) {
      decibels.push(new Array<null>(bins).fill(null));
      continue;
    }
    fft.realTransform(spectrum, weighted);
    decibels.push(
      Array.from({ length: bins }, (_, bin) => {
        // Zero and half the rate have no mirror image at a negative frequency.
        const sides = bin === 0 || bin === bins - 1 ? 1 : 2;
        const power = spectrum[2 * bin]! ** 2 + spectrum[2 * bin + 1]! ** 2;
        return 10 * Math.log10(sides * scale * power);
      }),
    );
  }
  const frequencies = Array.from({ length: bins }, (_, bin) => (bin * rate) / windowSamples);
  return { frequencies, centers, decibels };
}

function checked(options: SpectrogramOptions): SpectrogramOptions {
  const { rate, windowSamples, stepSamples } = options;
  if (!(rate > 0 && rate < Infinity)) {
    throw new RangeError(`a rate of ${rate} samples per second: give more than zero`);
  }
  if (!(windowSamples >= 4 && Number.isInteger(Math.log2(windowSamples)))) {
    throw new RangeError(`a window of ${windowSamples} samples: give a power of two, 4 or more`);
  }
  if (!(Number.isInteger(stepSamples) && stepSamples >= 1)) {
    throw new RangeError(`a step of ${stepSamples} samples: give a whole number, 1 or more`);
  }
  return options;
}

/** Weights without the last one, which would repeat the first: the window is a whole period. */
function hann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}

/** Writes a window's samples, without their mean and weighted; false when one is missing. */
function weigh(values: Values, start: number, window: Float64Array, weighted: Float64Array): boolean {
  let sum = 0;
  for (let i = 0; i < window.length; i++) {
    const value = values[start + i]!;
    if (value === null) return false;
    sum += value;
  }
  const mean = sum / window.length;
  for (let i = 0; i < window.length; i++) weighted[i] = (values[start + i]! - mean) * window[i]!;
  return true;
}
