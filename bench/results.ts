/** The results of a benchmark, and whether they meet the limits. */
import { megabytes } from '../producer/summary';
import type { DaysResult } from './days';
import { ratioOf, type Rate } from './measure';

/** All results of a run. Rates are in rows (or records) per second. */
export interface Results {
  readonly node: string;
  readonly cores: number;
  /** Number of rows of the hour at 20 Hz, and the size of one in bytes, with its key. */
  readonly rows: number;
  readonly recordSize: number;
  readonly stages: {
    readonly decodeAndMerge: Rate;
    readonly encode: Rate;
    /** The values only, by the general Avro library. */
    readonly encodeWithAvsc: Rate;
    /** The whole path with each compression. */
    readonly gzip: Rate;
    readonly lz4: Rate;
    readonly none: Rate;
    /** The whole path in transactions, with gzip. */
    readonly exactlyOnce: Rate;
    /** avsc and kafkajs's producer, with gzip. */
    readonly kafkajs: Rate;
    readonly perfTestGzip: Rate;
    readonly perfTestNone: Rate;
    /** numpy, fastavro and confluent-kafka, with gzip. Absent where Python or its modules are missing. */
    readonly peer?: Rate;
  };
  /** Days at 20 Hz, published in one run of the command line. */
  readonly days: DaysResult & { readonly number: number };
}

/** A limit for a measurement. */
export interface Limit {
  readonly what: string;
  readonly measured: string;
  readonly passed: boolean;
}

/** How many times faster the whole path must be than Kafka's own producer, with the same compression. */
const PERF_TEST_GZIP_FACTOR = 1.5;
const PERF_TEST_NONE_FACTOR = 1.2;
/** How many times faster it must be than avsc and kafkajs's producer. */
const KAFKAJS_FACTOR = 8;
/** The rate of the whole path in transactions, as a part of that without. */
const EXACTLY_ONCE_FACTOR = 0.85;
/**
 * How many times faster rows must be encoded than avsc writes their values: some two million a second on a
 * quiet machine.
 */
const AVSC_FACTOR = 3.5;
/**
 * Memory limit for a day at 20 Hz, and for any number of days. Most runs stay below 200 MB, but garbage is
 * collected at any time.
 */
const MEMORY_BYTES = 240e6;

/** The limits, each with its measurement. */
export function checkLimits({ stages, days }: Results): Limit[] {
  return [
    wholePath(PERF_TEST_GZIP_FACTOR, 'kafka-producer-perf-test, both gzip', stages.gzip, stages.perfTestGzip),
    wholePath(
      PERF_TEST_NONE_FACTOR,
      'kafka-producer-perf-test, neither compressed',
      stages.none,
      stages.perfTestNone,
    ),
    wholePath(KAFKAJS_FACTOR, "avsc and kafkajs's producer, both gzip", stages.gzip, stages.kafkajs),
    atLeast('exactly once', EXACTLY_ONCE_FACTOR, 'at least once, both gzip', stages.exactlyOnce, stages.gzip),
    atLeast('encode', AVSC_FACTOR, 'avsc', stages.encode, stages.encodeWithAvsc),
    {
      what: `memory for ${daysText(days.number)} at 20 Hz < ${megabytes(MEMORY_BYTES)}`,
      measured: megabytes(days.peakMemoryBytes),
      passed: days.peakMemoryBytes < MEMORY_BYTES,
    },
  ];
}

export const daysText = (number: number): string => (number === 1 ? 'one day' : `${number} days`);

function atLeast(stage: string, factor: number, what: string, rate: Rate, other: Rate): Limit {
  const measured = ratioOf(rate, other);
  return {
    what: `${stage} >= ${factor} x ${what}`,
    measured: `${measured.toFixed(2)} x`,
    passed: measured >= factor,
  };
}

function wholePath(factor: number, what: string, rate: Rate, other: Rate): Limit {
  return atLeast('whole path', factor, what, rate, other);
}
