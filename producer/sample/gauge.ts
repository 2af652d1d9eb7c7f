/**
 * The readings of the four gauges of a station. All three sessions have the same physical signal: earth
 * tides, the response to barometric pressure, a slow trend, a creep step with its shaking, and microseisms.
 * The sessions differ only in noise, because slower channels are averages.
 */
import type { Session } from '../bottle/session';
import { cosine, noise, seedOf, sine, uniform } from './arithmetic';
import { pressureKPa } from './weather';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** The instant at which a gauge's 1 Hz channel reads exactly its reference count. */
export const REFERENCE_INSTANT = Date.UTC(2021, 6, 1);

/** B009's counts at the reference instant; the first two are those of the original demo's message. */
const B009_REFERENCE = [48_116_355, 49_196_540, 50_062_118, 51_553_402] as const;

/**
 * GTSM gauges stand 60° apart; the fourth repeats the first, turned by 150°. In turns, from the first gauge.
 */
const GAUGE_AZIMUTHS = [0, 60 / 360, 120 / 360, 150 / 360] as const;

/** The gauges of an instrument: channels CH0 … CH3. */
export const GAUGES = [0, 1, 2, 3] as const;
export type Gauge = (typeof GAUGES)[number];

/**
 * Main tidal constituents: speed in degrees per hour (Doodson's), amplitude in counts, phase at 1970 in
 * turns.
 */
const TIDES = [
  { name: 'M2', speed: 28.9841042, amplitude: 410, phase: 0.31 },
  { name: 'S2', speed: 30.0, amplitude: 170, phase: 0.12 },
  { name: 'N2', speed: 28.4397295, amplitude: 84, phase: 0.77 },
  { name: 'K2', speed: 30.0821373, amplitude: 47, phase: 0.58 },
  { name: 'K1', speed: 15.0410686, amplitude: 350, phase: 0.45 },
  { name: 'O1', speed: 13.9430356, amplitude: 240, phase: 0.93 },
  { name: 'P1', speed: 14.9589314, amplitude: 115, phase: 0.04 },
  { name: 'Q1', speed: 13.3986609, amplitude: 46, phase: 0.66 },
] as const;

/** Counts that a gauge falls when the pressure rises by 1 kPa, before the azimuth's factor. */
const COUNTS_PER_KPA = 600;

/** Long-term compression of the borehole, counts a day, before the azimuth's factor. */
const TREND = 12;

/**
 * A creep step, every week: the first of them, its size in counts, and how long the ground shakes with it.
 */
const STEP = { first: REFERENCE_INSTANT + 27 * MINUTE + 13_250, size: 64, shaking: 420, lasts: 90 * SECOND };

/** Microseisms: periods in milliseconds, amplitudes in counts. */
const MICROSEISMS = [
  { period: 5_300, amplitude: 2.2 },
  { period: 7_900, amplitude: 1.6 },
] as const;

/** Milliseconds between two samples of a gauge. */
export const GAUGE_INTERVALS: Readonly<Record<Session, number>> = { Day: 10 * MINUTE, Hour: SECOND, Min: 50 };

/** Standard deviation of the noise, counts. */
const NOISE: Readonly<Record<Session, number>> = { Day: 0.6, Hour: 1.2, Min: 2.6 };

/** Days since 1970-01-01, a Thursday, modulo 7. */
const FRIDAY = 1;

/**
 * When samples are absent, in milliseconds of the day: `from` inclusive, `to` exclusive. First only gauge 2
 * drops out, then all gauges (the daily restart of the logger); on Fridays, all drop out for half an hour
 * during a visit.
 */
const GAPS = [
  { from: 19 * MINUTE + 45 * SECOND, to: 20 * MINUTE + 15 * SECOND, gauge: 2, weekday: undefined },
  { from: 39 * MINUTE + 50 * SECOND, to: 40 * MINUTE + 10 * SECOND, gauge: undefined, weekday: undefined },
  { from: 14 * HOUR + 5 * MINUTE, to: 14 * HOUR + 35 * MINUTE, gauge: undefined, weekday: FRIDAY },
] as const;

/** How a gauge responds, depending on its azimuth. */
interface Response {
  readonly factor: number;
  readonly phase: number;
}

function responseOf(site: string, gauge: Gauge): Response {
  const azimuth = uniform(seedOf(site, 'azimuth'), 0) + GAUGE_AZIMUTHS[gauge];
  return { factor: 0.7 + 0.4 * cosine(2 * azimuth), phase: 0.06 * sine(2 * azimuth) };
}

/**
 * The part of the signal that changes slowly enough for linear interpolation between minutes (to 0.03
 * counts).
 */
function slowSignal({ factor, phase }: Response, site: string, time: number): number {
  const hours = time / HOUR;
  let tide = 0;
  for (const { speed, amplitude, phase: constituent } of TIDES) {
    tide += amplitude * cosine((speed * hours) / 360 + constituent + phase);
  }
  const trend = -TREND * ((time - REFERENCE_INSTANT) / DAY);
  return factor * (tide + trend - COUNTS_PER_KPA * pressureKPa(site, time));
}

/**
 * Steps so far (negative before the reference), the shaking that goes with the latest one, and the
 * microseisms.
 */
function fastSignal({ factor, phase }: Response, time: number): number {
  const steps = Math.floor((time - STEP.first) / WEEK) + 1;
  let counts = factor * STEP.size * steps;
  const since = time - STEP.first - (steps - 1) * WEEK;
  if (since < STEP.lasts) {
    const fading = 1 - since / STEP.lasts;
    counts += factor * STEP.shaking * fading * fading * fading * sine(since / 1_700 + phase);
  }
  for (const { period, amplitude } of MICROSEISMS) counts += amplitude * sine(time / period + phase);
  return counts;
}

/** True when a gauge has no sample. */
export function isMissing(gauge: Gauge, time: number): boolean {
  const day = Math.floor(time / DAY);
  const inDay = time - day * DAY;
  return GAPS.some(
    (gap) =>
      inDay >= gap.from &&
      inDay < gap.to &&
      (gap.weekday === undefined || gap.weekday === day % 7) &&
      (gap.gauge === undefined || gap.gauge === gauge),
  );
}

function noiseOf(seed: number, session: Session, time: number): number {
  return NOISE[session] * noise(seed, time / GAUGE_INTERVALS[session]);
}

/**
 * Counts of one gauge, null where a sample is missing.
 *
 * @param start instant of the first sample, milliseconds since 1970 UTC; a multiple of the session's interval
 * @param count number of samples
 */
export function gaugeCounts(
  site: string,
  gauge: Gauge,
  session: Session,
  start: number,
  count: number,
): (number | null)[] {
  const interval = GAUGE_INTERVALS[session];
  const seed = seedOf(site, session, gauge);
  const response = responseOf(site, gauge);
  const reference = referenceCount(site, gauge) - atReference(site, gauge, response);
  const counts: (number | null)[] = [];
  let minute = NaN;
  let from = 0;
  let to = 0;
  for (let i = 0; i < count; i++) {
    const time = start + i * interval;
    if (isMissing(gauge, time)) {
      counts.push(null);
      continue;
    }
    if (Math.floor(time / MINUTE) !== minute) {
      minute = Math.floor(time / MINUTE);
      from = slowSignal(response, site, minute * MINUTE);
      to = slowSignal(response, site, (minute + 1) * MINUTE);
    }
    const slow = from + (to - from) * (time / MINUTE - minute);
    counts.push(Math.round(reference + slow + fastSignal(response, time) + noiseOf(seed, session, time)));
  }
  return counts;
}

/** What a gauge's 1 Hz channel reads at the reference instant, counts. */
function referenceCount(site: string, gauge: Gauge): number {
  if (site === 'B009') return B009_REFERENCE[gauge];
  return 40_000_000 + Math.floor(20_000_000 * uniform(seedOf(site, 'reference', gauge), 0));
}

/** The 1 Hz signal at the reference instant, which the reference count stands for. */
function atReference(site: string, gauge: Gauge, response: Response): number {
  const seed = seedOf(site, 'Hour', gauge);
  return (
    slowSignal(response, site, REFERENCE_INSTANT) +
    fastSignal(response, REFERENCE_INSTANT) +
    noiseOf(seed, 'Hour', REFERENCE_INSTANT)
  );
}
