import { SeenFiles } from '../../../producer/watch/seen';

test('a file is new once in each version', () => {
  const seen = new SeenFiles();
  expect([seen.note('a', '1'), seen.note('a', '1'), seen.note('a', '2'), seen.note('b', '1')]).toEqual([
    ...[true, false],
    ...[true, true],
  ]);
  expect([seen.hasPath('a'), seen.has('a', '1'), seen.has('b', '2'), seen.hasPath('c')]).toEqual([
    ...[true, true],
    ...[false, false],
  ]);
});

test('as files come and go, it remembers no more than what is there', () => {
  const seen = new SeenFiles();
  for (let day = 0; day < 100; day++) {
    seen.beginWalk();
    for (let file = 0; file < 50; file++) seen.note(`${day}/${file}`, 'x');
    for (let file = 0; file < 50; file++) seen.note(`${day + 1}/${file}`, 'x');
    seen.endWalk(true);
    expect(seen.size).toBe(200);
  }
  expect(seen.note('100/0', 'x')).toBe(false);
});

test('a walk that could not see everything forgets nothing, and what came meanwhile stays', () => {
  const seen = new SeenFiles();
  seen.note('a', '1');
  seen.beginWalk();
  seen.note('b', '1');
  seen.endWalk(false);
  expect(seen.has('a', '1')).toBe(true);
  seen.beginWalk();
  seen.note('b', '1');
  seen.note('came during the walk', '1');
  seen.endWalk(true);
  expect([seen.has('a', '1'), seen.has('came during the walk', '1')]).toEqual([false, true]);
});
