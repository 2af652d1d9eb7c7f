/** A frequency axis, linear or logarithmic. */

/** Frequencies in Hz; `low` is more than 0 when the axis is logarithmic. */
export interface FrequencyAxis {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** Where a frequency lies: 0 at `low`, 1 at `high`. */
export function fractionOf(frequency: number, { low, high, isLog }: FrequencyAxis): number {
  return isLog ? Math.log(frequency / low) / Math.log(high / low) : (frequency - low) / (high - low);
}

/** The frequency at a fraction of the axis. */
export function frequencyAt(fraction: number, { low, high, isLog }: FrequencyAxis): number {
  return isLog ? low * (high / low) ** fraction : low + fraction * (high - low);
}

/**
 * 1, 2 and 5 of each power of ten between two frequencies, both included; only the powers themselves when
 * that is more than `most`.
 */
export function logTicks(low: number, high: number, most: number): number[] {
  const first = Math.floor(Math.log10(low));
  const count = Math.ceil(Math.log10(high)) - first + 1;
  const powers = Array.from({ length: count }, (_, i) => first + i);
  const ticks = (factors: number[]) =>
    powers
      // As text, because 3 * 10 ** -1 is not 0.3.
      .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
      .filter((it) => it >= low * (1 - 1e-9) && it <= high * (1 + 1e-9));
  const all = ticks([1, 2, 5]);
  return all.length <= most ? all : ticks([1]);
}

/** `12.5 Hz`, `25 mHz`: three digits. */
export function formatFrequency(frequency: number): string {
  if (frequency === 0) return '0 Hz';
  return frequency < 0.1 ? `${digits(frequency * 1000)} mHz` : `${digits(frequency)} Hz`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
