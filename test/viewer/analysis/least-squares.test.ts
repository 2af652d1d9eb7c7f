import { leastSquares } from '../../../viewer/analysis/least-squares';

const column = (...values: number[]) => Float64Array.from(values);

it('solves a worked example', () => {
  // y = 5/3 + x/2 for (1, 2), (2, 3), (3, 3): residuals -1/6, 1/3, -1/6.
  const { coefficients, dependent, residualNorm } = leastSquares(
    [column(1, 1, 1), column(1, 2, 3)],
    column(2, 3, 3),
    1e-9,
  );
  expect(coefficients[0]).toBeCloseTo(5 / 3, 12);
  expect(coefficients[1]).toBeCloseTo(1 / 2, 12);
  expect(dependent).toEqual([]);
  expect(residualNorm).toBeCloseTo(Math.sqrt(1 / 6), 12);
});

it('keeps digits where the normal equations lose all', () => {
  // Läuchli's matrix: with 1e-9, the columns' products are 1 + 1e-18, which is 1.
  const tiny = 1e-9;
  const { coefficients } = leastSquares(
    [column(1, tiny, 0), column(1, 0, tiny)],
    column(3, tiny, 2 * tiny),
    1e-12,
  );
  expect(coefficients[0]).toBeCloseTo(1, 5);
  expect(coefficients[1]).toBeCloseTo(2, 5);
});

it('names columns that combine others, and solves without them', () => {
  const columns = [column(1, 1, 1), column(2, 2, 2), column(1, 2, 3), column(3, 4, 5)];
  const { coefficients, dependent } = leastSquares(columns, column(5, 7, 9), 1e-9);
  expect(dependent).toEqual([1, 3]);
  expect(coefficients[0]).toBeCloseTo(3, 12);
  expect(coefficients[2]).toBeCloseTo(2, 12);
});
