import { allOf, between, following, pan, zoom } from '../../../viewer/page/span';

test('the instant that is zoomed around stays where it is', () => {
  expect(zoom({ start: 0, end: 1000 }, 0.5, 200)).toEqual({ start: 100, end: 600 });
});

test('one can zoom in down to a sample at 20 Hz, and out to a century', () => {
  expect(zoom({ start: 0, end: 60 }, 0.1)).toEqual({ start: 5, end: 55 });
  const { start, end } = zoom({ start: 0, end: 3e12 }, 10);
  expect((end - start) / (365.25 * 86_400_000)).toBeCloseTo(100);
});

test('moving keeps the length', () => {
  expect(pan({ start: 0, end: 1000 }, -0.25)).toEqual({ start: -250, end: 750 });
});

test('a selection from right to left, or of nothing, can be seen', () => {
  expect(between(2000, 1000)).toEqual({ start: 1000, end: 2000 });
  expect(between(1000, 1000)).toEqual({ start: 1000, end: 1050 });
});

test('the newest sample is a little left of the edge', () => {
  expect(following(10_000, 1000)).toEqual({ start: 9020, end: 10_020 });
});

test('all of a record has room on both sides', () => {
  expect(allOf(0, 100_000)).toEqual({ start: -1000, end: 101_000 });
});
