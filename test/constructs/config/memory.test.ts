import { formatMemory, MIB, parseMemory } from '../../../constructs/config/memory';

test.each([
  ['512m', 512 * MIB],
  ['512Mi', 512 * MIB],
  ['1 gb', 1024 * MIB],
  ['2048k', 2 * MIB],
  ['100', 100],
  ['7b', 7],
])('%s is %d bytes', (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes);
});

test.each(['', 'm', '1.5g', '-1m', '10x', '9999999t'])('throws for %p', (text) => {
  expect(() => parseMemory(text, 'process')).toThrow(
    `process is "${text}"; allowed: a whole number with a unit. Give it as in 512m, 1g or 512Mi.`,
  );
});

test.each(['512m', '3g', '1k', '1025b'])('%s is written as it was', (text) => {
  expect(formatMemory(parseMemory(text))).toBe(text);
});
