/**
 * The tables of the store. Rows come into `recent_SESSION`, in which all stations are next to each other, and
 * are moved from there into tables of one station and session ("stream"), so that reading a station does not
 * read the others. All names are made of numbers and session names: nothing that users or messages give
 * becomes part of a name.
 *
 *   rows_N      rows of stream N: instant and counts; each instant once. `streams` has their number, their
 *               period and the columns that have samples
 *   minutes_N   minimum, maximum, sum and number of the samples in each minute of rows_N
 *   hours_N     the same for each hour
 */
import type { Session } from '../../api';
import { COLUMNS, gaugesOf, STRAIN } from '../channels';
import type { AppendColumn } from './database';
import type { Period } from './gaps';
import { type GaugeConstants, strainSql } from './strain-sql';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Levels of detail, the finest first. The 10 min session is read as it is. */
export const LEVELS = [
  { name: 'minutes', width: MINUTE_MS },
  { name: 'hours', width: HOUR_MS },
] as const;
export type Level = (typeof LEVELS)[number];

/** Changes when the tables do: a store of another version is built again from Kafka. */
export const STORE_VERSION = 1;

/** Statements that create the tables that all streams share. */
export const SHARED_TABLES: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS facts (name VARCHAR PRIMARY KEY, value VARCHAR)',
  'CREATE TABLE IF NOT EXISTS offsets (partition INTEGER PRIMARY KEY, next BIGINT)',
  `CREATE TABLE IF NOT EXISTS streams (stream INTEGER PRIMARY KEY, site VARCHAR, session VARCHAR, "rows" BIGINT,
   "first" BIGINT, "last" BIGINT, filled VARCHAR)`,
  'CREATE TABLE IF NOT EXISTS constants (site VARCHAR PRIMARY KEY, json VARCHAR)',
  'CREATE TABLE IF NOT EXISTS gaps (stream INTEGER, "start" BIGINT, "end" BIGINT)',
  ...(['Day', 'Hour', 'Min'] as const).map(
    (session) =>
      `CREATE TABLE IF NOT EXISTS ${recentTable(session)} (stream INTEGER, time BIGINT, ${countColumns(session)})`,
  ),
];

export function recentTable(session: Session): string {
  return `recent_${session.toLowerCase()}`;
}

/** Statements that create the tables of a stream. */
export function streamTables(stream: number, session: Session): string[] {
  const rows = `CREATE TABLE rows_${stream} (time BIGINT, ${countColumns(session)})`;
  if (!hasLevels(session)) return [rows];
  const level = summaryColumns(session)
    .map(
      ({ name, type }) =>
        `min_${name} ${type}, max_${name} ${type}, sum_${name} ${sumType(type)}, n_${name} INTEGER`,
    )
    .join(', ');
  return [rows, ...LEVELS.map(({ name }) => `CREATE TABLE ${name}_${stream} (time BIGINT, ${level})`)];
}

/** Names of the tables of a stream. */
export function tablesOf({
  stream,
  session,
}: {
  readonly stream: number;
  readonly session: Session;
}): string[] {
  return [`rows_${stream}`, ...(hasLevels(session) ? LEVELS.map(({ name }) => `${name}_${stream}`) : [])];
}

/** Whether the session's rows are summarized by the minute and the hour. */
export function hasLevels(session: Session): boolean {
  return session !== 'Day';
}

/** A channel that levels have: a gauge's counts, or a component of the strain. */
export function summaryColumns(
  session: Session,
): { readonly name: string; readonly type: 'INTEGER' | 'DOUBLE' }[] {
  return [
    ...gaugesOf(session).map(({ name }) => ({ name, type: 'INTEGER' as const })),
    ...STRAIN.map((name) => ({ name, type: 'DOUBLE' as const })),
  ];
}

/** First instant of the bucket that an instant is in, also before 1970. */
export function bucketSql(time: string, width: number): string {
  return `(${time} - ((${time} % ${width}) + ${width}) % ${width})`;
}

/** SQL of a channel's value in a row; `NULL` when the station's constants do not say how to compute it. */
export function valueSql(channel: string, session: Session, constants: GaugeConstants | undefined): string {
  const component = STRAIN.find((name) => name === channel);
  if (!component) return channel;
  const gauges = gaugesOf(session).map(({ name }) => name);
  return (constants && strainSql(component, gauges, constants)) ?? 'NULL';
}

/** Statements that summarize the minutes and hours from `first` to `last` again, whole hours. */
export function summarize(
  { stream, session }: { readonly stream: number; readonly session: Session },
  { first, last }: { readonly first: number; readonly last: number },
  constants: GaugeConstants | undefined,
): string[] {
  if (!hasLevels(session)) return [];
  const start = Math.floor(first / HOUR_MS) * HOUR_MS;
  const period = `time >= ${start} AND time < ${Math.floor(last / HOUR_MS) * HOUR_MS + HOUR_MS}`;
  const columns = summaryColumns(session);
  const ofRows = columns.flatMap(({ name, type }) => {
    const value = `CAST(${valueSql(name, session, constants)} AS ${type})`;
    return [`min(${value})`, `max(${value})`, `CAST(sum(${value}) AS ${sumType(type)})`, `count(${value})`];
  });
  const ofMinutes = columns.flatMap(({ name, type }) => [
    ...[`min(min_${name})`, `max(max_${name})`],
    ...[`CAST(sum(sum_${name}) AS ${sumType(type)})`, `sum(n_${name})`],
  ]);
  const insert = (level: Level, values: readonly string[], from: string): string[] => [
    `DELETE FROM ${level.name}_${stream} WHERE ${period}`,
    `INSERT INTO ${level.name}_${stream} SELECT ${bucketSql('time', level.width)} AS bucket, ${values.join(', ')}
FROM ${from} WHERE ${period} GROUP BY bucket ORDER BY bucket`,
  ];
  const [minutes, hours] = LEVELS;
  return [...insert(minutes, ofRows, `rows_${stream}`), ...insert(hours, ofMinutes, `minutes_${stream}`)];
}

/** Rows of one station and session, in the order in which they were published. */
export interface StreamRows {
  readonly site: string;
  readonly session: Session;
  readonly time: readonly number[];
  /** One list for each of the session's columns. */
  readonly counts: readonly (readonly (number | null)[])[];
  /** When the last of them was published, milliseconds since 1970-01-01 UTC. */
  readonly publishedAt: number;
}

/** The rows as columns to append. */
export function appendColumns({ time, counts }: Pick<StreamRows, 'time' | 'counts'>): AppendColumn[] {
  return [
    { type: 'bigint', values: time },
    ...counts.map((values): AppendColumn => ({ type: 'integer', values })),
  ];
}

/** From the first instant to the last, in whatever order they are. */
export function periodOf(time: readonly number[]): Period {
  return time.reduce(
    ({ first, last }, instant) => ({ first: Math.min(first, instant), last: Math.max(last, instant) }),
    { first: Infinity, last: -Infinity },
  );
}

/** Whether each instant is later than the one before, and all are later than `after`. */
export function isAscending(time: readonly number[], after: number): boolean {
  let before = after;
  return time.every((instant) => {
    const isLater = instant > before;
    before = instant;
    return isLater;
  });
}

function countColumns(session: Session): string {
  return COLUMNS[session].map(({ name }) => `${name} INTEGER`).join(', ');
}

function sumType(type: 'INTEGER' | 'DOUBLE'): string {
  return type === 'INTEGER' ? 'BIGINT' : type;
}
