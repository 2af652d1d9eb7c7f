import { colorAt } from '../../../viewer/page/color-map';
import { paint, type Picture } from '../../../viewer/page/spectrogram-image';
import type { TimedSpectrogram } from '../../../viewer/page/spectrogram-data';

/** Columns at 0, 1 and 2 s; frequencies of 0 to 4 Hz; from -40 to 0 dB. */
const SHOWN: TimedSpectrogram = {
  times: [0, 1000, 2000],
  stepMs: 1000,
  windowMs: 1000,
  frequencies: [0, 1, 2, 3, 4],
  decibels: [
    [99, -40, -30, -20, -10],
    [null, null, null, null, null],
    [99, 0, -100, -Infinity, 100],
  ],
};

/** The shades of the pixels from 0 to 1, row by row; null where a pixel is transparent. */
function painted(picture: Partial<Picture>): (number | null)[][] {
  const axis = { low: 0, high: 4, isLog: false };
  const whole: Picture = { width: 3, height: 4, start: -500, end: 2500, axis, range: [-40, 0], ...picture };
  const pixels = paint(SHOWN, whole);
  const shades = Array.from({ length: 256 }, (_, i) => String(colorAt(i / 255)));
  return Array.from({ length: whole.height }, (_, y) =>
    Array.from({ length: whole.width }, (_, x) => {
      const [red, green, blue, opacity] = pixels.subarray(4 * (y * whole.width + x));
      if (opacity === 0) return null;
      return Number((shades.indexOf(String([red, green, blue])) / 255).toFixed(2));
    }),
  );
}

it('paints the highest frequency at the top, and nothing where there is no window', () => {
  expect(painted({})).toEqual([
    // Of 3 and 4 Hz, the larger.
    [0.75, null, 1],
    [0.25, null, 0],
    [0, null, 1],
    // 1 Hz again, in place of zero frequency.
    [0, null, 1],
  ]);
});

it('paints the nearest frequency where pixels are closer, also on a logarithmic axis', () => {
  const axis = { low: 1, high: 4, isLog: true };
  const first = painted({ axis, height: 8 }).map(([shade]) => shade);
  expect(first).toEqual([0.75, 0.5, 0.5, 0.25, 0.25, 0.25, 0, 0]);
});

it('leaves out what lies beyond the windows', () => {
  expect(painted({ start: -2500, end: 500, height: 1 })).toEqual([[null, null, 0.75]]);
});
