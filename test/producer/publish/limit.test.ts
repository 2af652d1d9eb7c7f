import { pause, retryWithin, withLimit } from '../../../producer/publish/limit';

const never = new Promise<never>(() => undefined);
const soon = { milliseconds: 20 };

test('work that is done in time gives its result', async () => {
  expect(await withLimit(Promise.resolve(7), soon)).toBe(7);
});

test('work that takes longer ends with the limit, by time or by signal', async () => {
  await expect(withLimit(never, soon)).rejects.toMatchObject({ code: 'TIMED_OUT' });
  await expect(withLimit(never, { milliseconds: 60_000, signal: AbortSignal.abort() })).rejects.toMatchObject(
    { code: 'STOPPED' },
  );
});

test('a pause ends early by a signal', async () => {
  const stop = new AbortController();
  const pausing = pause(60_000, { milliseconds: 120_000, signal: stop.signal });
  stop.abort();
  await expect(pausing).rejects.toMatchObject({ code: 'STOPPED' });
});

test('an attempt is repeated until it succeeds, and each failure is reported', async () => {
  const failures: string[] = [];
  let attempts = 0;
  const attempt = (): Promise<string> =>
    ++attempts < 3 ? Promise.reject(new Error(`no ${attempts}`)) : Promise.resolve('yes');
  const result = await retryWithin(attempt, {
    milliseconds: 10_000,
    firstPause: 1,
    canRetry: () => true,
    onFailure: (error) => failures.push((error as Error).message),
  });
  expect(result).toBe('yes');
  expect(failures).toEqual(['no 1', 'no 2']);
});

test('an error that cannot be retried is thrown at once', async () => {
  let attempts = 0;
  const attempt = (): Promise<never> => {
    attempts += 1;
    return Promise.reject(new Error('refused'));
  };
  await expect(retryWithin(attempt, { milliseconds: 10_000, canRetry: () => false })).rejects.toThrow(
    'refused',
  );
  expect(attempts).toBe(1);
});

test('when the time is over, the last failure is the cause', async () => {
  const failing = retryWithin(() => Promise.reject(new Error('still down')), {
    milliseconds: 50,
    firstPause: 10,
    canRetry: () => true,
  });
  await expect(failing).rejects.toMatchObject({
    code: 'TIMED_OUT',
    cause: { message: 'still down' },
  });
});
