import { northMatrix } from '../../jobs/strain/gauge-matrix';
import { turned } from './turned';

/** The worked matrices of the description of the format, "Gauges to areal and shear strain". */
const AREAL = [0.2962962963, 0.5185185185, 0.2962962963, 0.2222222222];
const WORKED: readonly [azimuth: number, differential: number[], shear: number[]][] = [
  [
    0,
    [-0.3703703704, 0.1851851852, 0.2962962963, -0.1111111111],
    [-0.1283000598, -0.3207501495, 0.2566001196, 0.1924500897],
  ],
  [
    30,
    [-0.2962962963, -0.1851851852, 0.3703703704, 0.1111111111],
    [0.2566001196, -0.3207501495, -0.1283000598, 0.1924500897],
  ],
  [
    136.9,
    [0.103472099, 0.3323179147, -0.2363992649, -0.1993907488],
    [-0.3780590448, 0.1635206862, 0.3126507703, -0.0981124117],
  ],
];

test.each(WORKED)('the matrix at an azimuth of %d degrees', (azimuth, differential, shear) => {
  const matrix = turned(northMatrix([0, 1, 2, 3]), azimuth);
  const digits = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(10)));
  expect(digits(matrix.areal)).toEqual(AREAL);
  expect(digits(matrix.differential)).toEqual(differential);
  expect(digits(matrix.shear)).toEqual(shear);
});

test.each([0, 1, 2, 3])('without gauge %d, the other three give the same strain', (out) => {
  // Gauges of an instrument at 20 degrees under a known strain: the lab's couplings, the angle of each gauge.
  const [areal, differential, shear] = [0.4, -0.7, 1.1];
  const gauges = [0, 120, 240, 210].map((offset) => {
    const angle = ((90 - 20 - offset) * Math.PI) / 180;
    return (1.5 * areal + 3 * (differential * Math.cos(2 * angle) + shear * Math.sin(2 * angle))) / 2;
  });
  const used = [0, 1, 2, 3].filter((gauge) => gauge !== out);
  const matrix = turned(northMatrix(used), 20);
  const component = (coefficients: readonly number[]): number =>
    coefficients.reduce((sum, value, gauge) => sum + value * gauges[gauge]!, 0);
  expect(component(matrix.areal)).toBeCloseTo(areal, 12);
  expect(component(matrix.differential)).toBeCloseTo(differential, 12);
  expect(component(matrix.shear)).toBeCloseTo(shear, 12);
  expect(matrix.areal[out]).toBe(0);
});
