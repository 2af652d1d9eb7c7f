/** Linear least squares by Householder's QR factorization. */

/** What `leastSquares` found. */
export interface Solution {
  /** One for each column; 0 for those that depend on others. */
  readonly coefficients: readonly number[];
  /** Indices of the columns that are almost combinations of those before them, see `ownPart`. */
  readonly dependent: readonly number[];
  /** Root of the sum of the squared residuals. */
  readonly residualNorm: number;
}

/**
 * The coefficients that make the combination of `columns` closest to `target`. Overwrites both.
 *
 * `ownPart`, from 0 to 1, is the part of a column's length that must be at right angles to the columns before
 * it: with less, its coefficient would be noise, multiplied by the inverse of that part.
 *
 * QR rather than the normal equations, whose condition is the square: samples with long gaps make columns
 * that are almost alike.
 *
 * Source: Golub & Van Loan, "Matrix Computations", 4th ed., sections 5.1 and 5.3.
 */
export function leastSquares(
  columns: readonly Float64Array[],
  target: Float64Array,
  ownPart: number,
): Solution {
  const pivots: number[] = [];
  const diagonal: number[] = [];
  const dependent: number[] = [];
  columns.forEach((column, j) => {
    const row = pivots.length;
    const below = norm(column, row);
    // Reflections keep lengths, so that of the whole column is still what it was.
    if (row >= column.length || !(below > ownPart * norm(column, 0))) {
      dependent.push(j);
      return;
    }
    // The column becomes the vector of the reflection that maps it to the diagonal. Its sign adds to the
    // first component: a difference would cancel.
    const onDiagonal = column[row]! > 0 ? -below : below;
    column[row]! -= onDiagonal;
    const scale = 1 / (onDiagonal * column[row]!);
    for (const other of columns.slice(j + 1)) reflect(column, scale, row, other);
    reflect(column, scale, row, target);
    pivots.push(j);
    diagonal.push(onDiagonal);
  });

  const coefficients = new Array<number>(columns.length).fill(0);
  for (let row = pivots.length - 1; row >= 0; row--) {
    let rest = target[row]!;
    for (const j of pivots.slice(row + 1)) rest -= columns[j]![row]! * coefficients[j]!;
    coefficients[pivots[row]!] = rest / diagonal[row]!;
  }
  return { coefficients, dependent, residualNorm: norm(target, pivots.length) };
}

/** Length of a vector's part from an index on. */
function norm(vector: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  return Math.sqrt(sum);
}

/** Adds to `other` the multiple of `vector` that mirrors it; `scale` is minus 2 by the vector's square. */
function reflect(vector: Float64Array, scale: number, from: number, other: Float64Array): void {
  let product = 0;
  for (let i = from; i < vector.length; i++) product += vector[i]! * other[i]!;
  product *= scale;
  for (let i = from; i < vector.length; i++) other[i]! += product * vector[i]!;
}
