/** Topics of the strain jobs, and their tables for queries. */
import { TOPIC } from '../../contract';
import { progressTopicOf } from '../../producer/exactly-once/progress-schema';
import type { JobTopic, TableSpec } from '../definition';

/** The rows of the producer. The topic is created with the producer. */
export const ROWS: JobTopic = { name: TOPIC };

/** Topics that are derived from the rows, used with them, or committed together with them. */
export const STRAIN_TOPICS = {
  /** Statistics per channel and minute. */
  minutes: { name: 'gtsm_1min', partitions: 4, cleanup: 'compact' },
  /** Periods without samples. */
  gaps: { name: 'gtsm_gaps', partitions: 1, cleanup: 'compact' },
  /** Constants of the stations, set by users. */
  stations: { name: 'gtsm_stations', partitions: 1, cleanup: 'compact' },
  /** How much of each archive is published, by the producer. */
  progress: { name: progressTopicOf(TOPIC), partitions: 4, cleanup: 'compact' },
} as const satisfies Record<string, JobTopic>;

const { minutes, gaps, stations, progress } = STRAIN_TOPICS;

/** Tables of these topics. Users write the rows of the stations. */
export const STRAIN_TABLES: readonly TableSpec[] = [
  { topic: minutes.name, upsert: true },
  { topic: gaps.name, upsert: true },
  { topic: stations.name, upsert: true, sink: 'at-least-once' },
  { topic: progress.name, upsert: true },
];

/** All records of the stations: one per change of the constants, with its offset. */
export const STATION_RECORDS = {
  topic: stations.name,
  name: `${stations.name}_records`,
  keyPrefix: '',
  recordOffset: 'place',
  bounded: true,
} as const satisfies TableSpec;
