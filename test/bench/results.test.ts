import { ratioOf, summarizeRates, type Rate } from '../../bench/measure';
import { parsePerfTest } from '../../bench/perf-test';
import { checkLimits } from '../../bench/results';

const rate = (median: number): Rate => ({ median, min: median, max: median, rounds: [median] });

/** Rates of one whole path and of what it is compared with. */
interface Given {
  readonly whole: number;
  readonly perfTestGzip: number;
  readonly perfTestNone: number;
  readonly exactlyOnce: number;
  readonly kafkajs: number;
  readonly encode: number;
  readonly memory: number;
}

function passed({ whole, memory, ...given }: Given): boolean[] {
  const limits = checkLimits({
    node: 'v20',
    cores: 2,
    rows: 1,
    recordSize: 1,
    stages: {
      decodeAndMerge: rate(1),
      encode: rate(given.encode),
      encodeWithAvsc: rate(500_000),
      gzip: rate(whole),
      exactlyOnce: rate(given.exactlyOnce),
      lz4: rate(whole),
      none: rate(whole),
      kafkajs: rate(given.kafkajs),
      perfTestGzip: rate(given.perfTestGzip),
      perfTestNone: rate(given.perfTestNone),
    },
    days: { number: 1, rows: 1, rowsPerSecond: 1, peakMemoryBytes: memory },
  });
  return limits.map((limit) => limit.passed);
}

test('limits are met at their bounds and fail beyond them', () => {
  const whole = 600_000;
  expect(
    passed({
      whole,
      perfTestGzip: 400_000,
      perfTestNone: 500_000,
      exactlyOnce: 510_000,
      kafkajs: 75_000,
      encode: 1_750_000,
      memory: 239e6,
    }),
  ).toEqual([true, true, true, true, true, true]);
  expect(
    passed({
      whole,
      perfTestGzip: 400_001,
      perfTestNone: 500_001,
      exactlyOnce: 509_999,
      kafkajs: 75_001,
      encode: 1_749_999,
      memory: 240e6,
    }),
  ).toEqual([false, false, false, false, false, false]);
});

test('median, minimum and maximum of an odd and an even number of rounds', () => {
  expect(summarizeRates([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, rounds: [3, 1, 2] });
  expect(summarizeRates([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4, rounds: [4, 1, 2, 3] });
});

test('the rate of the perf test is in its last line', () => {
  const output =
    '801769 records sent, 160321.7 records/sec (18.65 MB/sec), 891.7 ms avg latency, 1252.0 ms max latency.\n' +
    '2000000 records sent, 317965.023847 records/sec (36.99 MB/sec), 120.60 ms avg latency, 434.00 ms max latency, 90 ms 50th.\n';
  expect(parsePerfTest(output)).toBe(317965.023847);
  expect(() => parsePerfTest('java.lang.OutOfMemoryError')).toThrow('printed no rate');
});

test('stages are compared within each round, so that a slow round does not count', () => {
  expect(ratioOf(summarizeRates([90, 40, 8]), summarizeRates([100, 50, 10]))).toBe(0.8);
});
