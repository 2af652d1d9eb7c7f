/**
 * The matrix that turns the strain of the gauges into areal and shear strain: the manufacturer's isotropic
 * one (description of the format, "Gauges to areal and shear strain").
 */

/** Azimuths of the gauges against that of gauge 0, degrees east of north. */
const GAUGE_OFFSETS = [0, 120, 240, 210] as const;

/** Couplings of the instrument to the rock, areal and shear, as measured in the laboratory. */
const [AREAL_COUPLING, SHEAR_COUPLING] = [1.5, 3];

type Row = readonly [number, number, number];

/** Coefficients of the four gauges; 0 for one that is left out. */
export type Coefficients = readonly [number, number, number, number];

/** Coefficients for one component each: eEE + eNN, eEE − eNN and 2 eEN. */
export interface GaugeMatrix {
  readonly areal: Coefficients;
  readonly differential: Coefficients;
  readonly shear: Coefficients;
}

/**
 * The matrix of a station whose gauge 0 points north. For others, areal strain is the same, and shear strain
 * turns by twice the azimuth of gauge 0.
 * @param used numbers of at least three gauges, from 0, that are in order
 */
export function northMatrix(used: readonly number[]): GaugeMatrix {
  const observed = used.map((gauge): Row => {
    const angle = ((90 - GAUGE_OFFSETS[gauge]!) * Math.PI) / 180;
    return [1 / 2, Math.cos(2 * angle) / 2, Math.sin(2 * angle) / 2];
  });
  const inverse = pseudoInverse(observed);
  const coefficients = (component: number, coupling: number): Coefficients => {
    const all: [number, number, number, number] = [0, 0, 0, 0];
    for (const [index, gauge] of used.entries()) all[gauge] = inverse[component]![index]! / coupling;
    return all;
  };
  return {
    areal: coefficients(0, AREAL_COUPLING),
    differential: coefficients(1, SHEAR_COUPLING),
    shear: coefficients(2, SHEAR_COUPLING),
  };
}

/** The Moore-Penrose inverse of a matrix with linearly independent columns: (AᵀA)⁻¹Aᵀ. */
function pseudoInverse(a: readonly Row[]): number[][] {
  const product = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => a.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  const inverse = inverseOf(product);
  return inverse.map((row) => a.map((column) => row.reduce((sum, value, i) => sum + value * column[i]!, 0)));
}

/** The inverse of a 3 x 3 matrix, by its cofactors. */
function inverseOf(m: readonly (readonly number[])[]): number[][] {
  const at = (i: number, j: number): number => m[i % 3]![j % 3]!;
  const cofactor = (i: number, j: number): number =>
    at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
  const determinant = [0, 1, 2].reduce((sum, j) => sum + at(0, j) * cofactor(0, j), 0);
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => cofactor(j, i) / determinant));
}
