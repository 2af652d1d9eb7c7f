/** Removing what is constant or linear, so that small signals show. */
import { meanOf, type Values } from './values';

/** The values minus their mean, in the same unit. Nulls stay. */
export function removeMean(values: Values): Values {
  const mean = meanOf(values) ?? 0;
  return values.map((value) => (value === null ? null : value - mean));
}

/**
 * The values minus their least-squares line, in the same unit. Nulls stay and do not count. A single sample,
 * or samples at a single instant, lose their mean.
 *
 * Throws a RangeError when `time` (milliseconds since 1970, or of any other origin) and `values` differ in
 * length.
 *
 * Source: Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 1.9 (two passes).
 */
export function removeTrend(time: readonly number[], values: Values): Values {
  if (time.length !== values.length) {
    throw new RangeError(`${time.length} times for ${values.length} values: give one time per value`);
  }
  const meanValue = meanOf(values);
  if (meanValue === undefined) return values;

  // Origin and means go first: squares of 1.6e12 ms, or products with 5e7 counts, leave no digits for a small
  // slope, and 1.6e12 itself leaves none for a part of a millisecond in the mean.
  const fromFirst = time.map((instant) => instant - time[0]!);
  const meanTime = meanOf(fromFirst.map((instant, i) => (values[i] === null ? null : instant)))!;
  let covariance = 0;
  let variance = 0;
  values.forEach((value, i) => {
    if (value === null) return;
    const fromMean = fromFirst[i]! - meanTime;
    covariance += fromMean * (value - meanValue);
    variance += fromMean * fromMean;
  });
  const slope = variance === 0 ? 0 : covariance / variance;
  return values.map((value, i) =>
    value === null ? null : value - meanValue - slope * (fromFirst[i]! - meanTime),
  );
}
