/** Ticks of a value axis, and numbers as text. */

/** Round values between `low` and `high`: about `most`, and the decimals that tell them apart. */
export function numberTicks(low: number, high: number, most: number): { values: number[]; decimals: number } {
  if (!(high > low)) return { values: [low], decimals: decimalsOf(low) };
  const least = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((it) => it * power).find((it) => it >= least * (1 - 1e-9))!;
  const decimals = Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const values = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toFixed(decimals)),
  );
  return { values, decimals };
}

function decimalsOf(value: number): number {
  return Number.isInteger(value) ? 0 : 3;
}

/** The limits of an axis for these values: a little beyond them, and never empty. */
export function paddedRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const pad = high > low ? (high - low) * 0.06 : Math.max(Math.abs(low) * 1e-9, 1);
  return [low - pad, high + pad];
}

/** A number with thin spaces between thousands, and a real minus sign. */
export function formatNumber(value: number, decimals: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && Number(value.toFixed(decimals)) !== 0 ? `\u2212${text}` : text;
}

/** A value for reading: whole counts, six digits of everything else. */
export function formatValue(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (Number.isInteger(value) || value === 0) return formatNumber(value, 0);
  const digits = Math.floor(Math.log10(Math.abs(value))) + 1;
  return formatNumber(value, Math.min(9, Math.max(1, 6 - digits)));
}

/** `1 gap`, `2 gaps`. */
export function count(number: number, word: string): string {
  return `${formatNumber(number, 0)} ${word}${number === 1 ? '' : 's'}`;
}
