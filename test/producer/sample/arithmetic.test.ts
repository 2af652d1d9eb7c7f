import { cosine, noise, seedOf, sine, uniform } from '../../../producer/sample/arithmetic';

test('sine and cosine are within 1e-9 of the true ones, far from zero too', () => {
  let worst = 0;
  for (let i = -4_000; i <= 4_000; i++) {
    const turns = i / 997;
    const errors = [
      sine(turns) - Math.sin(2 * Math.PI * turns),
      cosine(turns + 40_000) - Math.cos(2 * Math.PI * turns),
    ];
    worst = Math.max(worst, ...errors.map(Math.abs));
  }
  expect(worst).toBeLessThan(1e-9);
});

test('seeds differ by each word', () => {
  expect(seedOf('B009', 'Min', 0)).not.toBe(seedOf('B009', 'Min', 1));
  expect(seedOf('B009', 'Min', 0)).toBe(seedOf('B009', 'Min', 0));
});

test('noise has mean 0 and deviation 1, bounded, also where the index is beyond 32 bits', () => {
  for (const first of [0, 2 ** 32 - 5_000, 3.3e10]) {
    const values = Array.from({ length: 20_000 }, (_, i) => noise(1, first + i));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(3.5);
  }
});

test('random numbers of indices 2^32 apart are not the same', () => {
  expect(uniform(1, 7)).not.toBe(uniform(1, 7 + 2 ** 32));
});
