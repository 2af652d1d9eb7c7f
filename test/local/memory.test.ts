import { residentBytes } from '../../local/memory';

test('without other groups, counts this process once', async () => {
  const own = await residentBytes([]);
  expect(own).toBeGreaterThan(20 * 2 ** 20);
  expect(own).toBeLessThan(4 * 2 ** 30);
});
