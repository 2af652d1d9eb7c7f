/**
 * Strain in DuckDB's SQL, with the constants of a station as numbers (description of the format, "Gauges to
 * areal and shear strain"). The view `gtsm_strain` computes the same.
 */
import { type Coefficients, northMatrix } from '../../../jobs/strain/gauge-matrix';
import { microstrainSql } from '../../../jobs/strain/microstrain';
import type { StrainComponent } from '../channels';

/** Constants of a station by which counts become strain, as `gtsm_stations` has them. */
export interface GaugeConstants {
  /** Counts that are taken as zero strain, gauge 0 first; null for a gauge that is out of order. */
  readonly references: readonly (number | null)[];
  /** Plate gap of the gauges, metres. */
  readonly gap: number;
  /** Azimuth of gauge 0, degrees east of north. */
  readonly azimuth: number | null;
  /** Twelve coefficients, row by row: areal, differential, shear. */
  readonly matrix: readonly number[] | null;
}

/** The microstrain of a count; undefined when the gauge has no reference. */
export function gaugeSql(
  count: string,
  gauge: number,
  { references, gap }: GaugeConstants,
): string | undefined {
  const reference = references[gauge];
  if (reference === null || reference === undefined) return undefined;
  return microstrainSql(count, double(reference), double(gap));
}

/** A component of the strain; undefined when it is not known how it follows from the gauges. */
export function strainSql(
  component: StrainComponent,
  counts: readonly string[],
  constants: GaugeConstants,
): string | undefined {
  const coefficients = coefficientsOf(component, constants);
  if (!coefficients) return undefined;
  const terms = coefficients.flatMap((coefficient, gauge) => {
    const microstrain = gaugeSql(counts[gauge]!, gauge, constants);
    return microstrain === undefined ? [] : [`${double(coefficient)} * ${microstrain}`];
  });
  return terms.length === 0 ? undefined : terms.join(' + ');
}

/** Coefficients of the gauges, by the station's own matrix or the manufacturer's. */
function coefficientsOf(
  component: StrainComponent,
  { references, azimuth, matrix }: GaugeConstants,
): readonly number[] | undefined {
  if (matrix) {
    const row = { areal: 0, differential: 1, shear: 2 }[component];
    return matrix.slice(4 * row, 4 * row + 4);
  }
  const used = [0, 1, 2, 3].filter((gauge) => references[gauge] !== null);
  if (azimuth === null || used.length < 3) return undefined;
  const { areal, differential, shear } = northMatrix(used);
  const [cos, sin] = [Math.cos((2 * azimuth * Math.PI) / 180), Math.sin((2 * azimuth * Math.PI) / 180)];
  const turned = (a: Coefficients, b: Coefficients, [x, y]: readonly [number, number]): number[] =>
    a.map((value, gauge) => x * value + y * b[gauge]!);
  switch (component) {
    case 'areal':
      return areal;
    case 'differential':
      return turned(differential, shear, [cos, sin]);
    case 'shear':
      return turned(shear, differential, [cos, -sin]);
  }
}

/** With an exponent, so that SQL takes it as double precision. */
function double(value: number): string {
  return `(${value.toExponential()})`;
}
