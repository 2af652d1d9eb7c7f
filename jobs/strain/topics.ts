/** Topics of the strain jobs, and the tables in which they can be looked at. */
import { TOPIC } from '../../contract';
import type { JobTopic, TableSpec } from '../definition';

/** The rows of the producer. Whoever runs the producer has made the topic. */
export const ROWS: JobTopic = { name: TOPIC };

/** What is made of the rows. */
export const STRAIN_TOPICS = {
  /** Statistics by channel and minute. */
  minutes: { name: 'gtsm_1min', partitions: 4, cleanup: 'compact' },
  /** Stretches without samples. */
  gaps: { name: 'gtsm_gaps', partitions: 1, cleanup: 'compact' },
  /** Constants of the stations; users set them. */
  stations: { name: 'gtsm_stations', partitions: 1, cleanup: 'compact' },
} as const satisfies Record<string, JobTopic>;

const { minutes, gaps, stations } = STRAIN_TOPICS;

/** The tables of these topics. Users write the rows of the stations. */
export const STRAIN_TABLES: readonly TableSpec[] = [
  { topic: minutes.name, upsert: true },
  { topic: gaps.name, upsert: true },
  { topic: stations.name, upsert: true, sink: 'at-least-once' },
];

/** The records of the stations that are there now: one for each time that constants were set, with its place among them. */
export const STATION_RECORDS = {
  topic: stations.name,
  name: `${stations.name}_records`,
  keyPrefix: '',
  recordOffset: 'place',
  bounded: true,
} as const satisfies TableSpec;
