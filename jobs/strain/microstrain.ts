/** Counts of a gauge as strain (description of the format, "Counts to microstrain"), in SQL. */

/** Diameter of a gauge, metres. */
const DIAMETER = '0.087';

/** Count of a gauge at x = 1. The strain is proportional to x / (1 - x). */
const FULL_SCALE = '1e8';

/**
 * The microstrain of a count, which grows with it. Flink and DuckDB take it.
 * @param reference count that is taken as zero strain
 * @param gap plate gap of the gauge, metres, double precision
 */
export function microstrainSql(count: string, reference: string, gap: string): string {
  const ratio = (of: string): string => `${of} / (${FULL_SCALE} - ${of})`;
  return `(${ratio(count)} - ${ratio(reference)}) * (${gap} / ${DIAMETER}) * 1e6`;
}
