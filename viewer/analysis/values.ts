/** Samples of a channel in the order of time; null where there is no sample. */
export type Values = readonly (number | null)[];

/** Mean of the samples; undefined without any. */
export function meanOf(values: Values): number | undefined {
  // The first one goes out of the sum: millions of large counts would cost it the digits after the point.
  let first: number | undefined;
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    first ??= value;
    sum += value - first;
    count++;
  }
  return first === undefined ? undefined : first + sum / count;
}
