/** Designing a digital Butterworth band-pass. */

/** `gain * (1 - z^-2) / (1 + a1 z^-1 + a2 z^-2)`. */
export interface Section {
  readonly gain: number;
  readonly a1: number;
  readonly a2: number;
}

interface Complex {
  readonly re: number;
  readonly im: number;
}

/** Order of the low-pass that the band-pass is made from; even, so that no pole is real. */
const ORDER = 4;

/**
 * Second-order sections, to be run in series, of the band-pass that a Butterworth low-pass of order 4 becomes
 * (eight poles, as ObsPy's `corners=4`): 1 in the middle of the band, 1/√2 at `low` and `high`.
 *
 * Corners and rate are in Hz. Throws a RangeError unless 0 < low < high < rate / 2.
 *
 * Source: Parks & Burrus, "Digital Filter Design" (1987), sections 7.2 to 7.4: Butterworth poles, low-pass to
 * band-pass, bilinear transform with prewarped corners. Equals SciPy's `butter(4, [low, high], 'bandpass')`.
 */
export function designBandPass(rate: number, low: number, high: number): Section[] {
  if (!(0 < low && low < high && high < rate / 2)) {
    throw new RangeError(
      `a band from ${low} to ${high} Hz at ${rate} samples per second: ` +
        `give 0 < low < high < ${rate / 2}, half the rate`,
    );
  }
  // The bilinear transform z = (1 + s) / (1 - s) maps the analogue frequency tan(x / 2) to the angle x.
  const [lowTan, highTan] = [Math.tan((Math.PI * low) / rate), Math.tan((Math.PI * high) / rate)];
  const middle = Math.sqrt(lowTan * highTan);

  const sections: Section[] = [];
  for (let k = 0; k < ORDER / 2; k++) {
    const theta = (Math.PI * (2 * k + 1 + ORDER)) / (2 * ORDER);
    const half = {
      re: (Math.cos(theta) * (highTan - lowTan)) / 2,
      im: (Math.sin(theta) * (highTan - lowTan)) / 2,
    };
    // s of the low-pass becomes (s² + middle²) / (s (highTan - lowTan)): each pole becomes two.
    const root = squareRoot({ re: half.re ** 2 - half.im ** 2 - middle ** 2, im: 2 * half.re * half.im });
    for (const sign of [1, -1]) {
      sections.push(section({ re: half.re + sign * root.re, im: half.im + sign * root.im }, middle));
    }
  }
  return sections;
}

/**
 * The section of an analogue pole and its conjugate, which is 1 at the middle. There, at s = i * middle, the
 * transform makes `1 - z^-2` by the denominator into `s |1 - pole|² / |s - pole| / |s - conjugate|`.
 */
function section({ re, im }: Complex, middle: number): Section {
  const denominator = (1 - re) ** 2 + im ** 2;
  return {
    gain: (Math.hypot(re, middle - im) * Math.hypot(re, middle + im)) / (middle * denominator),
    a1: (-2 * (1 - re ** 2 - im ** 2)) / denominator,
    a2: ((1 + re) ** 2 + im ** 2) / denominator,
  };
}

/** The root with a real part of 0 or more. */
function squareRoot({ re, im }: Complex): Complex {
  // The smaller part by division: as a difference it would lose the digits that narrow bands depend on.
  const larger = Math.sqrt((Math.hypot(re, im) + Math.abs(re)) / 2);
  const smaller = im / (2 * larger);
  return re >= 0 ? { re: larger, im: smaller } : { re: Math.abs(smaller), im: im < 0 ? -larger : larger };
}
