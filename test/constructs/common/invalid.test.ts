import {
  didYouMean,
  invalid,
  replicaCount,
  requireInteger,
  withPath,
} from '../../../constructs/common/invalid';
import { newChart } from '../support';

test.each([
  [undefined, 'not set'],
  [NaN, 'NaN'],
  ['a"b', '"a\\"b"'],
  [[1], '[1]'],
])('what was given is shown as it is: %p', (got, shown) => {
  expect(() => invalid('Call', { property: 'p', got, allowed: 'x', fix: 'Do y.' })).toThrow(
    `Call: p is ${shown}; allowed: x. Do y.`,
  );
});

test.each([
  ['bakward', ' Did you mean "BACKWARD"?'],
  ['FORWARDS', ' Did you mean "FORWARD"?'],
  ['something else', ''],
  ['', ''],
])('the known name nearest to %p', (got, hint) => {
  expect(didYouMean(got, ['BACKWARD', 'FORWARD', 'NONE-OF-THEM'])).toBe(hint);
});

test('whole numbers within their range', () => {
  const check = (got: number) => () => requireInteger('Call', 'n', got, { min: 1, max: 3 });
  expect(check(1)).not.toThrow();
  expect(check(3)).not.toThrow();
  for (const got of [0, 4, 1.5, NaN, Infinity])
    expect(check(got)).toThrow('allowed: a whole number, 1 to 3.');
  expect(replicaCount(newChart(), undefined)).toBe(1);
});

test('errors of functions that know no constructs get the path of the construct, and keep their cause', () => {
  const fails = () => invalid(undefined, { property: 'n', got: 1, allowed: '2', fix: 'Use 2.' });
  const run = () => withPath(newChart(), fails);
  expect(fails).toThrow(/^n is 1; allowed: 2\. Use 2\.$/);
  expect(run).toThrow(/^test: n is 1; allowed: 2\. Use 2\.$/);
  try {
    run();
  } catch (error) {
    expect(error).toHaveProperty('cause.message', 'n is 1; allowed: 2. Use 2.');
  }
  expect.assertions(3);
});
