import { summarizeRates, type Rate } from '../../bench/measure';
import { parsePerfTest } from '../../bench/perf-test';
import { checkLimits } from '../../bench/results';

const rate = (median: number): Rate => ({ median, min: median, max: median, rounds: 1 });

function results(decode: number, whole: number, perfTest: number, memory: number) {
  return {
    node: 'v20',
    cores: 2,
    rows: 1,
    recordSize: 1,
    compression: 'gzip',
    stages: {
      decodeAndMerge: rate(decode),
      encode: rate(1),
      publish: rate(1),
      wholePath: rate(whole),
      perfTest: rate(perfTest),
    },
    day: { rows: 1, rowsPerSecond: 1, peakMemoryBytes: memory },
  };
}

test('limits are met at their bounds and fail beyond them', () => {
  const passed = (...given: Parameters<typeof results>): boolean[] =>
    checkLimits(results(...given)).map((limit) => limit.passed);
  expect(passed(1000, 100, 1000, 249e6)).toEqual([true, true, true]);
  expect(passed(999, 100, 1001, 250e6)).toEqual([false, false, false]);
});

test('median, minimum and maximum of an odd and an even number of rounds', () => {
  expect(summarizeRates([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, rounds: 3 });
  expect(summarizeRates([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4, rounds: 4 });
});

test('the rate of the perf test is in its last line', () => {
  const output =
    '801769 records sent, 160321.7 records/sec (18.65 MB/sec), 891.7 ms avg latency, 1252.0 ms max latency.\n' +
    '2000000 records sent, 317965.023847 records/sec (36.99 MB/sec), 120.60 ms avg latency, 434.00 ms max latency, 90 ms 50th.\n';
  expect(parsePerfTest(output)).toBe(317965.023847);
  expect(() => parsePerfTest('java.lang.OutOfMemoryError')).toThrow('printed no rate');
});
