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

/** The tables of these topics; of the stations users write the rows. */
export const STRAIN_TABLES: readonly TableSpec[] = [
  { topic: STRAIN_TOPICS.minutes.name, upsert: true },
  { topic: STRAIN_TOPICS.gaps.name, upsert: true },
  { topic: STRAIN_TOPICS.stations.name, upsert: true, sink: 'at-least-once' },
];
