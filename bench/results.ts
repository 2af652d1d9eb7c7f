/** The results of a benchmark, and whether they meet the limits. */
import { megabytes } from '../producer/summary';
import type { DayResult } from './day';
import type { Rate } from './measure';

/** All results of a run. Rates are in rows (or records) per second. */
export interface Results {
  readonly node: string;
  readonly cores: number;
  /** Number of rows of the hour at 20 Hz, and the size of one in bytes, with its key. */
  readonly rows: number;
  readonly recordSize: number;
  readonly compression: string;
  readonly stages: {
    readonly decodeAndMerge: Rate;
    readonly encode: Rate;
    readonly publish: Rate;
    readonly wholePath: Rate;
    readonly perfTest: Rate;
  };
  readonly day: DayResult;
}

/** A limit for a measurement. */
export interface Limit {
  readonly what: string;
  readonly measured: string;
  readonly passed: boolean;
}

/** How many times faster decoding and merging must be than the whole path. */
const DECODE_FACTOR = 10;
/** Fraction of the rate of Kafka's own producer that the whole path must reach. */
const PERF_TEST_FRACTION = 0.1;
/** Memory limit for a day at 20 Hz. */
const MEMORY_BYTES = 250e6;

/** The limits, each with its measurement. */
export function checkLimits({ stages, day }: Results): Limit[] {
  const decode = stages.decodeAndMerge.median / stages.wholePath.median;
  const fraction = stages.wholePath.median / stages.perfTest.median;
  return [
    {
      what: `decode + merge >= ${DECODE_FACTOR} x whole path`,
      measured: `${decode.toFixed(1)} x`,
      passed: decode >= DECODE_FACTOR,
    },
    {
      what: `whole path >= ${PERF_TEST_FRACTION} x kafka-producer-perf-test`,
      measured: `${fraction.toFixed(2)} x`,
      passed: fraction >= PERF_TEST_FRACTION,
    },
    {
      what: `memory for one day at 20 Hz < ${megabytes(MEMORY_BYTES)}`,
      measured: megabytes(day.peakMemoryBytes),
      passed: day.peakMemoryBytes < MEMORY_BYTES,
    },
  ];
}
