import { formatMemory, MIB } from '../../../constructs/config/memory';

test.each([
  [512 * MIB, '512m'],
  [3 * 1024 * MIB, '3g'],
  [1600 * MIB, '1600m'],
  [1024, '1k'],
  [1025, '1025b'],
  [0, '0b'],
])('%d bytes are written as %s', (bytes, text) => {
  expect(formatMemory(bytes)).toBe(text);
});
