/**
 * Sine and noise in plain IEEE arithmetic. The last bit of `Math.sin` may differ between engines, which
 * changes a count once in some million samples. These functions give the same samples on every machine.
 */

/** Coefficients of x, x³, x⁵ … in the Taylor series of sin x. */
const SINE_SERIES = [1, -1 / 6, 1 / 120, -1 / 5_040, 1 / 362_880, -1 / 39_916_800, 1 / 6_227_020_800];

/** sin(2π × `turns`), to within 1e-9. */
export function sine(turns: number): number {
  const wrapped = turns - Math.floor(turns + 0.5);
  const folded = wrapped > 0.25 ? 0.5 - wrapped : wrapped < -0.25 ? -0.5 - wrapped : wrapped;
  const x = 2 * Math.PI * folded;
  const xx = x * x;
  let sum = 0;
  for (let i = SINE_SERIES.length - 1; i >= 0; i--) sum = sum * xx + (SINE_SERIES[i] ?? 0);
  return sum * x;
}

/** cos(2π × `turns`), to within 1e-9. */
export function cosine(turns: number): number {
  return sine(turns + 0.25);
}

/** A 32-bit seed from words, for example a station and a channel (FNV-1a). */
export function seedOf(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of words.join('/')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/**
 * The `index`-th of the 32-bit random numbers of a seed (MurmurHash3's finalizer over both). Each can be
 * computed without the earlier ones, so a period equals the same period of a longer run.
 */
function randomBits(seed: number, index: number): number {
  let bits = seed ^ Math.imul(Math.floor(index / 2 ** 32), 0x9e3779b1);
  bits = Math.imul(bits ^ (index >>> 0), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** The `index`-th uniform random number of a seed, in [0, 1). */
export function uniform(seed: number, index: number): number {
  return randomBits(seed, index) / 2 ** 32;
}

/** Mean and standard deviation of the sum of four random bytes. */
const BYTES_MEAN = 510;
const BYTES_DEVIATION = 147.8;

/**
 * The `index`-th of a seed's random numbers that are close to normal: mean 0, standard deviation 1, at most
 * ±3.5.
 */
export function noise(seed: number, index: number): number {
  const bits = randomBits(seed, index);
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
  return (sum - BYTES_MEAN) / BYTES_DEVIATION;
}
