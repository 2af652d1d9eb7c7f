import { describeError, UserError } from '../../contract/user-error';

test('shows the message, the last lines of the log, and the fix', () => {
  expect(
    describeError(
      new UserError('SERVICE_FAILED', 'kafka ended (exit 1)', {
        fix: 'start again',
        log: { file: '/log/kafka.log', lines: ['a', 'b'] },
      }),
    ),
  ).toBe('kafka ended (exit 1)\n  last lines of /log/kafka.log:\n  | a\n  | b\nTo fix it: start again');
});

test('says what to do when the disk is full', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect(describeError(error)).toBe(
    'ENOSPC: no space left on device, write\nTo fix it: free some space on that disk, then start again',
  );
});
