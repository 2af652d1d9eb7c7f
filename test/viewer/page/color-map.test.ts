import { colorAt } from '../../../viewer/page/color-map';

it('has the colours of viridis at its ends, and near its middle', () => {
  expect(colorAt(0)).toEqual([0x44, 0x01, 0x54]);
  expect(colorAt(1)).toEqual([0xfd, 0xe7, 0x25]);
  // matplotlib's colour 128 of 256.
  colorAt(128 / 255).forEach((part, i) => {
    expect(Math.abs(part - [33, 145, 140][i]!)).toBeLessThan(3);
  });
});

it('gets lighter all the way', () => {
  const lightness = Array.from({ length: 101 }, (_, i) => {
    const [red, green, blue] = colorAt(i / 100);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  expect(lightness).toEqual([...lightness].sort((a, b) => a - b));
});

it('has the colour of the end beyond it', () => {
  expect(colorAt(-Infinity)).toEqual(colorAt(0));
  expect(colorAt(7)).toEqual(colorAt(1));
});
