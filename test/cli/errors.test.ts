import { describeError, StartError } from '../../cli/errors';

test('what, the last lines of the log, and the fix', () => {
  expect(
    describeError(new StartError('kafka ended (exit 1)', 'start again', ['a', 'b'], '/log/kafka.log')),
  ).toBe('kafka ended (exit 1)\n  last lines of /log/kafka.log:\n  | a\n  | b\nTo fix it: start again');
});

test('a full disk is no riddle', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect(describeError(error)).toBe(
    'ENOSPC: no space left on device, write\nTo fix it: free some space on that disk, then start again',
  );
});
