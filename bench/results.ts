/** What was measured, and whether it is enough. */
import { megabytes } from '../producer/summary';
import type { DayResult } from './day';
import type { Rate } from './measure';

/** Everything that a run measured; rates in rows (or records) per second. */
export interface Results {
  readonly node: string;
  readonly cores: number;
  /** Rows of the 20 Hz hour, and bytes of one with its key. */
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

/** A bound that a measurement has to keep. */
export interface Floor {
  readonly what: string;
  readonly measured: string;
  readonly passed: boolean;
}

/** Decoding and merging are at least so many times as fast as the whole path. */
const DECODE_FACTOR = 10;
/** The whole path is at least this part of Kafka's own producer. */
const PERF_TEST_PART = 0.1;
/** A 20 Hz day stays below this, bytes. */
const MEMORY = 250e6;

/** The floors, each with what was measured. */
export function checkFloors({ stages, day }: Results): Floor[] {
  const decode = stages.decodeAndMerge.median / stages.wholePath.median;
  const part = stages.wholePath.median / stages.perfTest.median;
  return [
    {
      what: `decode + merge >= ${DECODE_FACTOR} x the whole path`,
      measured: `${decode.toFixed(1)} x`,
      passed: decode >= DECODE_FACTOR,
    },
    {
      what: `whole path >= ${PERF_TEST_PART} of kafka-producer-perf-test`,
      measured: part.toFixed(2),
      passed: part >= PERF_TEST_PART,
    },
    {
      what: `a 20 Hz day published in less than ${megabytes(MEMORY)} of memory`,
      measured: megabytes(day.peakMemoryBytes),
      passed: day.peakMemoryBytes < MEMORY,
    },
  ];
}
