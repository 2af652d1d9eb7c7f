/** A band-pass without delay. */
import { designBandPass, type Section } from './butterworth';
import type { Values } from './values';

/** Frequencies in Hz, `rate` in samples per second. */
export interface Band {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** Periods of the low corner by which a run is extended at both ends: the filter has settled by then. */
const EXTENSION_PERIODS = 3;

/** Periods of the low corner that a run must have: a shorter one is mostly what its ends do to the filter. */
const LEAST_PERIODS = 2;

/**
 * The values within a band, in the same unit, by a Butterworth band-pass of order 4 that runs forward and
 * then backward: no phase shift, half the amplitude at the corners, and steeper than one pass.
 *
 * Runs between gaps are filtered on their own, and are null when they are shorter than two periods of `low`.
 * Throws a RangeError unless 0 < low < high < rate / 2.
 *
 * Source: Gustafsson (1996), doi:10.1109/78.492552, for what forward and backward does at the ends; the
 * extension by the run turned about its end, and the settled start, are those of SciPy's `sosfiltfilt`.
 */
export function bandPass(values: Values, { rate, low, high }: Band): Values {
  const sections = designBandPass(rate, low, high);
  const period = rate / low;
  const filtered = new Array<number | null>(values.length).fill(null);
  let start = 0;
  while (start < values.length) {
    if (values[start] === null) {
      start++;
      continue;
    }
    const gap = values.indexOf(null, start);
    const end = gap === -1 ? values.length : gap;
    if (end - start >= LEAST_PERIODS * period) {
      const run = Float64Array.from(values.slice(start, end) as number[]);
      filterRun(run, sections, Math.ceil(EXTENSION_PERIODS * period)).forEach((value, i) => {
        filtered[start + i] = value;
      });
    }
    start = end;
  }
  return filtered;
}

function filterRun(run: Float64Array, sections: readonly Section[], wanted: number): Float64Array {
  const extension = Math.min(wanted, run.length - 1);
  const extended = extend(run, extension);
  for (let pass = 0; pass < 2; pass++) {
    settleAndFilter(extended, sections);
    extended.reverse();
  }
  return extended.subarray(extension, extension + run.length);
}

/** Turns the run by 180° about its first and its last sample, so that neither value nor slope jumps there. */
function extend(run: Float64Array, by: number): Float64Array {
  const last = run.length - 1;
  const extended = new Float64Array(run.length + 2 * by);
  extended.set(run, by);
  for (let i = 1; i <= by; i++) {
    extended[by - i] = 2 * run[0]! - run[i]!;
    extended[by + last + i] = 2 * run[last]! - run[last - i]!;
  }
  return extended;
}

/**
 * Filters in place as if the first value had been there forever. A band-pass settles to zero then, so this is
 * the same as filtering what is above that value.
 */
function settleAndFilter(samples: Float64Array, sections: readonly Section[]): void {
  const first = samples[0]!;
  for (let i = 0; i < samples.length; i++) samples[i]! -= first;
  for (const { gain, a1, a2 } of sections) {
    // Transposed direct form II.
    let [one, two] = [0, 0];
    for (let i = 0; i < samples.length; i++) {
      const input = gain * samples[i]!;
      const output = input + one;
      one = two - a1 * output;
      two = -input - a2 * output;
      samples[i] = output;
    }
  }
}
