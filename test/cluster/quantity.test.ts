import { memoryBytes } from './support/quantity';

test.each([
  ['512Mi', 512 * 2 ** 20],
  ['2Gi', 2 ** 31],
  ['7Ki', 7168],
])('%s is %d bytes', (quantity, bytes) => {
  expect(memoryBytes(quantity)).toBe(bytes);
});

test.each(['', 'Mi', '1.5Gi', '-1Mi', '10x', '9999999Ti'])('throws for %p', (quantity) => {
  expect(() => memoryBytes(quantity)).toThrow(`memory is '${quantity}': expected a whole number with`);
});
