/** Colours for magnitudes: even steps of a value look even, also to the colour-blind and in grey. */

/**
 * Every 17th of the 256 colours of viridis, which differs from what lies between by at most 7 of 255.
 *
 * Source: van der Walt & Smith (2015), https://bids.github.io/colormap/, in the public domain (CC0).
 */
const VIRIDIS = [
  0x440154, 0x481a6c, 0x472f7d, 0x414487, 0x39568c, 0x31688e, 0x2a788e, 0x23888e, 0x1f988b, 0x22a884,
  0x35b779, 0x54c568, 0x7ad151, 0xa5db36, 0xd2e21b, 0xfde725,
];

/** Red, green and blue from 0 to 255. */
export type Color = readonly [number, number, number];

/** Colour of a fraction, from dark at 0 to light at 1; what lies outside has the colour of the end. */
export function colorAt(fraction: number): Color {
  const place = Math.min(1, Math.max(0, fraction)) * (VIRIDIS.length - 1);
  const below = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const mix = (shift: number): number => {
    const [from, to] = [VIRIDIS[below]! >> shift, VIRIDIS[below + 1]! >> shift].map((it) => it & 255);
    return Math.round(from! + (to! - from!) * (place - below));
  };
  return [mix(16), mix(8), mix(0)];
}
