/** Fitting the tide to a channel. */
import { type LeftOut, type Line, separable } from './constituents';
import { leastSquares } from './least-squares';
import { meanOf, type Values } from './values';

/** The instant that phases refer to: 2000-01-01 00:00 UTC. */
export const PHASE_ORIGIN = Date.UTC(2000, 0, 1);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Samples per unknown that a fit needs: with fewer, it would follow the noise. */
const SAMPLES_PER_UNKNOWN = 3;

/**
 * The part of a constituent that must be its own at the instants of the samples, once the larger ones are
 * taken out. Even samples over a span that `separable` accepts leave most of it. Below this, it is the gaps
 * that make two constituents look alike, and noise would come out more than twentyfold.
 */
const OWN_PART = 0.05;

/** `amplitude * cos(omega * (t - PHASE_ORIGIN) - phase)`, with omega = 360° / period. */
export interface Constituent {
  readonly name: string;
  readonly periodHours: number;
  /** In the unit of the values, 0 or more. */
  readonly amplitude: number;
  /**
   * From 0 to less than 360. A larger phase means that the crest comes later: the first one after
   * 2000-01-01 00:00 UTC comes after `phaseDegrees / 360` periods.
   *
   * This is not a Greenwich phase lag: the astronomical argument and the nodal factors are not applied.
   */
  readonly phaseDegrees: number;
}

/** The tide in a channel. All but the phases and names are in the unit of the values. */
export interface TideFit {
  /** Those that were fitted, the larger in theory first. */
  readonly constituents: readonly Constituent[];
  /** Those that the samples cannot tell from larger ones, whose amplitudes include them. */
  readonly leftOut: readonly LeftOut[];
  /** Offset plus trend halfway between the first sample and the last. */
  readonly offset: number;
  readonly trendPerDay: number;
  /** Root mean square of what offset, trend and tide do not explain. */
  readonly residualRms: number;
  /** The tide alone, without offset and trend, at any instant in milliseconds since 1970 UTC. */
  readonly at: (time: number) => number;
}

/**
 * Fits offset, linear trend and up to eight tidal constituents to samples by least squares. Gaps do no harm.
 * Constituents that the span cannot tell apart are left out by Rayleigh's criterion (see `separable`).
 *
 * `time` is in milliseconds since 1970 UTC, in any order. The answer is undefined with less than a cycle of
 * M2, half a day, or with fewer than three samples for each unknown. Throws a RangeError when `time` and
 * `values` differ in length.
 *
 * Source: Foreman & Henry (1989), "The harmonic analysis of tidal model time series", without nodal factors.
 */
export function fitTide(time: readonly number[], values: Values): TideFit | undefined {
  if (time.length !== values.length) {
    throw new RangeError(`${time.length} times for ${values.length} values: give one time per value`);
  }
  const instants = Float64Array.from(time.filter((_, i) => values[i] !== null));
  const samples = Float64Array.from(values.filter((value) => value !== null));
  const [first, last] = extent(instants);
  const { kept, leftOut } = separable((last - first) / HOUR_MS);

  // Halfway, so that offset and trend are independent, and with a mean of zero, so that 5e7 counts do not
  // cost the digits of a tide of a few counts.
  const middle = (first + last) / 2;
  const halfDays = (last - first) / 2 / DAY_MS;
  const mean = meanOf(values) ?? 0;
  for (;;) {
    const unknowns = 2 + 2 * kept.length;
    if (kept.length === 0 || samples.length < SAMPLES_PER_UNKNOWN * unknowns) return undefined;
    const columns = [
      new Float64Array(instants.length).fill(1),
      instants.map((instant) => (instant - middle) / DAY_MS / halfDays),
      ...kept.flatMap((line) => [
        instants.map((instant) => Math.cos(angle(line, instant))),
        instants.map((instant) => Math.sin(angle(line, instant))),
      ]),
    ];
    const target = samples.map((sample) => sample - mean);
    const { coefficients, dependent, residualNorm } = leastSquares(columns, target, OWN_PART);

    if (dependent.length > 0) {
      const { name } = kept.splice(Math.max(0, (dependent[0]! - 2) >> 1), 1)[0]!;
      leftOut.push({ name, reason: 'too few samples, or too many gaps, to be told from the others' });
      continue;
    }
    const constituents = kept.map((line, i) =>
      constituent(line, coefficients[2 + 2 * i]!, coefficients[3 + 2 * i]!),
    );
    return {
      constituents,
      leftOut,
      offset: mean + coefficients[0]!,
      trendPerDay: coefficients[1]! / halfDays,
      residualRms: residualNorm / Math.sqrt(samples.length),
      at: (time) => tideAt(constituents, time),
    };
  }
}

/** Of `a cos x + b sin x`. */
function constituent(line: Line, cosine: number, sine: number): Constituent {
  const degrees = (Math.atan2(sine, cosine) * 180) / Math.PI;
  // A tiny negative angle plus 360 rounds to 360.
  const phaseDegrees = (degrees + 360) % 360;
  return { ...line, amplitude: Math.hypot(cosine, sine), phaseDegrees };
}

function tideAt(constituents: readonly Constituent[], time: number): number {
  return constituents.reduce(
    (sum, it) => sum + it.amplitude * Math.cos(angle(it, time) - (it.phaseDegrees * Math.PI) / 180),
    0,
  );
}

/** Radians that a line goes through from PHASE_ORIGIN to an instant. */
function angle({ periodHours }: { readonly periodHours: number }, time: number): number {
  return (2 * Math.PI * (time - PHASE_ORIGIN)) / (periodHours * HOUR_MS);
}

/** Not by spreading into Math.min: many samples overflow the stack. */
function extent(instants: Float64Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const instant of instants) {
    if (instant < low) low = instant;
    if (instant > high) high = instant;
  }
  return [low, high];
}
