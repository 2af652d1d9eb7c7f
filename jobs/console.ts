/** What can be looked at, and written by hand, where SQL is typed: the tables of the topics, and views over them. */
import { TOPIC } from '../contract';
import { CLICKS } from './clicks';
import type { TableSpec } from './definition';
import { STRAIN_VIEWS } from './strain/microstrain';
import { STATION_RECORDS, STRAIN_TABLES, STRAIN_TOPICS } from './strain/topics';

/** The strain rows. Rows may be late: none is held back for long, and bottles of one period come together. */
const ROWS: TableSpec = { topic: TOPIC, watermark: { column: 'time', delay: '5 SECOND' } };

/** What a job writes in transactions of its own nobody else is to write. */
const CLICKS_TABLES: readonly TableSpec[] = CLICKS.tables.map((table) =>
  table.sink === 'exactly-once' ? { ...table, sink: undefined } : table,
);

const STREAMS: readonly TableSpec[] = [ROWS, ...STRAIN_TABLES, ...CLICKS_TABLES];

/** The tables: each topic's as a stream, named as the topic, and, `_bounded` behind the name, as it is when a query begins. */
export const CONSOLE_TABLES: readonly TableSpec[] = [
  ...STREAMS,
  // Of the stations that is a view.
  ...STREAMS.filter(({ topic }) => topic !== STRAIN_TOPICS.stations.name).map((table) => ({
    ...table,
    name: `${table.topic}_bounded`,
    sink: undefined,
    bounded: true,
  })),
  STATION_RECORDS,
];

/** The views, after the tables. */
export const CONSOLE_VIEWS = STRAIN_VIEWS;

/** Flink's settings where SQL is typed. */
export const CONSOLE_SETTINGS: Readonly<Record<string, string>> = {
  // Rows that are inserted into an upsert table go out as they come, and the last one of a key holds: no state is kept to find it out.
  'table.exec.sink.upsert-materialize': 'NONE',
};
