/** Tables and views of the SQL prompts. */
import { TOPIC } from '../contract';
import { CLICKS } from './clicks';
import type { TableSpec } from './definition';
import { STRAIN_VIEWS } from './strain/views';
import { STATION_RECORDS, STRAIN_TABLES, STRAIN_TOPICS } from './strain/topics';

/**
 * The strain rows. 5 seconds are enough for late rows, because the bottles of one period are published
 * together.
 */
const ROWS: TableSpec = { topic: TOPIC, watermark: { column: 'time', delay: '5 SECOND' } };

/** The tables of the clicks job. Those that it writes in transactions are read-only here. */
const CLICKS_TABLES: readonly TableSpec[] = CLICKS.tables.map((table) =>
  table.sink === 'exactly-once' ? { ...table, sink: undefined } : table,
);

const STREAMS: readonly TableSpec[] = [ROWS, ...STRAIN_TABLES, ...CLICKS_TABLES];

/**
 * Tables: each topic as a stream, with the name of the topic, and with the suffix `_bounded` as it is when a
 * query starts.
 */
export const CONSOLE_TABLES: readonly TableSpec[] = [
  ...STREAMS,
  // The bounded stations are a view.
  ...STREAMS.filter(({ topic }) => topic !== STRAIN_TOPICS.stations.name).map((table) => ({
    ...table,
    name: `${table.topic}_bounded`,
    sink: undefined,
    bounded: true,
  })),
  STATION_RECORDS,
];

/** Views over these tables. */
export const CONSOLE_VIEWS = STRAIN_VIEWS;

/** Flink settings of the SQL prompts. */
export const CONSOLE_SETTINGS: Readonly<Record<string, string>> = {
  // Rows are written to an upsert table in their order, and the last row of a key wins. So Flink needs no
  // state to order them.
  'table.exec.sink.upsert-materialize': 'NONE',
};
