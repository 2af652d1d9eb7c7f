import type { Coefficients, GaugeMatrix } from '../../jobs/strain/gauge-matrix';

/**
 * The matrix of a station whose gauge 0 points to an azimuth, degrees east of north. Areal strain does not
 * depend on it, and shear strain turns by twice the angle.
 */
export function turned({ areal, differential, shear }: GaugeMatrix, azimuth: number): GaugeMatrix {
  const [cos, sin] = [Math.cos((2 * azimuth * Math.PI) / 180), Math.sin((2 * azimuth * Math.PI) / 180)];
  const combine = (a: number, b: number): Coefficients =>
    differential.map((value, gauge) => a * value + b * shear[gauge]!) as unknown as Coefficients;
  return { areal, differential: combine(cos, sin), shear: combine(-sin, cos) };
}
