/** Series of a stream: samples as they are, or in buckets, computed from the coarsest level that fits. */
import type { ChannelSeries, SeriesAnswer } from '../../api';
import { STRAIN_INTERVALS } from '../../../producer/bottle/session';
import { COLUMNS, STRAIN_CHANNELS } from '../channels';
import { type Columns, type Database } from './database';
import { withMissing } from './gaps';
import type { Stream } from './streams';
import { type GaugeConstants, gaugeSql } from './strain-sql';
import { bucketSql, hasLevels, LEVELS, recentTable, valueSql } from './tables';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

/** Widths of buckets. Those from a minute on are multiples of a minute, those from an hour on of an hour. */
const WIDTHS = [
  ...[1, 2, 5, 10, 20, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10, 30, 100, 365].map((days) => days * DAY),
];

/** What is asked for. */
export interface SeriesQuery {
  readonly stream: Stream;
  /** Names of channels that the session has. */
  readonly channels: readonly string[];
  /** Inclusive and exclusive. */
  readonly start: number;
  readonly end: number;
  /** Most instants or buckets. */
  readonly points: number;
  readonly unit: 'counts' | 'microstrain';
  readonly constants: GaugeConstants | undefined;
}

/** A channel of a query: its unit, and SQL of its value given that of its count or strain. */
interface Selected {
  readonly name: string;
  readonly unit: string;
  readonly inUnit: (value: string) => string;
}

/** The series. Gauges without a reference have only nulls in microstrain. */
export async function series(database: Database, query: SeriesQuery): Promise<SeriesAnswer> {
  const { stream, start, end } = query;
  const intervalMs = STRAIN_INTERVALS[stream.session];
  const selected = query.channels.map((name) => select(name, query));
  const bucketMs = bucketWidth(query);
  const columns = await database.query(
    bucketMs === null ? samplesSql(query, selected) : bucketsSql(query, selected, bucketMs),
  );
  const numbers = (name: string): (number | null)[] => columns[name]!.map(toNumber);
  return {
    ...{ site: stream.site, session: stream.session, start, end, intervalMs, bucketMs },
    time: numbers('time') as number[],
    channels: selected.map(({ name, unit }, index): ChannelSeries =>
      bucketMs === null
        ? { name, unit, values: numbers(`v${index}`) }
        : {
            name,
            unit,
            min: numbers(`min${index}`),
            max: numbers(`max${index}`),
            mean: numbers(`mean${index}`),
          },
    ),
    gaps: gapsOf(await database.query(gapsSql(query)), intervalMs),
  };
}

/** A query of the samples of a period, as they are. */
export function samplesSql(query: SeriesQuery, selected?: readonly Selected[]): string {
  const { stream, channels, start, end, constants } = query;
  const columns = (selected ?? channels.map((name) => select(name, query))).map(
    ({ name, inUnit }, index) =>
      `${inUnit(valueSql(name, stream.session, constants))} AS ${selected ? `v${index}` : name}`,
  );
  const from = (table: string, condition: string): string =>
    `SELECT time, ${columns.join(', ')} FROM ${table} WHERE ${condition}time >= ${start} AND time < ${end}`;
  return `${from(`rows_${stream.stream}`, '')} UNION ALL ${from(recentTable(stream.session), `stream = ${stream.stream} AND `)} ORDER BY time`;
}

/** Width of the buckets of a query; null when the samples are few enough to be given as they are. */
function bucketWidth({ stream, start, end, points }: SeriesQuery): number | null {
  const interval = STRAIN_INTERVALS[stream.session];
  if ((end - start) / interval <= points) return null;
  const widths = WIDTHS.filter((width) => width > interval);
  // Up to one bucket more than the period has widths, as it may begin within one.
  return widths.find((width) => (end - start) / width <= points - 1) ?? widths.at(-1)!;
}

function bucketsSql(
  { stream, start, end, constants }: SeriesQuery,
  selected: readonly Selected[],
  width: number,
): string {
  const { session, stream: id } = stream;
  const first = Math.floor(start / width) * width;
  const after = Math.ceil(end / width) * width;
  const period = `time >= ${first} AND time < ${after}`;
  const level = hasLevels(session) ? LEVELS.findLast((one) => width % one.width === 0) : undefined;
  const ofRows = selected.flatMap(({ name }, index) => {
    const value = valueSql(name, session, constants);
    return [
      ...[`min(${value}) AS min${index}`, `max(${value}) AS max${index}`],
      ...[`CAST(sum(${value}) AS DOUBLE) AS sum${index}`, `count(${value}) AS n${index}`],
    ];
  });
  const rows = (table: string, condition: string): string =>
    `SELECT ${bucketSql('time', width)} AS bucket, ${ofRows.join(', ')} FROM ${table} WHERE ${condition}${period} GROUP BY bucket`;
  const ofLevel = selected.flatMap(({ name }, index) => [
    ...[`min_${name} AS min${index}`, `max_${name} AS max${index}`],
    ...[`CAST(sum_${name} AS DOUBLE) AS sum${index}`, `n_${name} AS n${index}`],
  ]);
  const settled = level
    ? `SELECT ${bucketSql('time', width)} AS bucket, ${ofLevel.join(', ')} FROM ${level.name}_${id} WHERE ${period}`
    : rows(`rows_${id}`, '');
  const all = selected.flatMap(({ inUnit }, index) => [
    ...[`${inUnit(`min(min${index})`)} AS min${index}`, `${inUnit(`max(max${index})`)} AS max${index}`],
    `${inUnit(`(sum(sum${index}) / nullif(sum(n${index}), 0))`)} AS mean${index}`,
  ]);
  return `SELECT bucket AS time, ${all.join(', ')} FROM (
${settled}
UNION ALL
${rows(recentTable(session), `stream = ${id} AND `)}
) GROUP BY bucket ORDER BY bucket`;
}

function select(name: string, { stream, unit, constants }: SeriesQuery): Selected {
  const column = COLUMNS[stream.session].find((one) => one.name === name);
  if (!column) return { name, unit: STRAIN_CHANNELS[0]!.units[0]!, inUnit: (value) => value };
  if (column.gauge !== undefined && unit === 'microstrain') {
    const { gauge } = column;
    return {
      ...{ name, unit },
      inUnit: (value) => (constants && gaugeSql(value, gauge, constants)) ?? 'CAST(NULL AS DOUBLE)',
    };
  }
  const divided =
    column.divisor === 1 ? (value: string) => value : (value: string) => `${value} / ${column.divisor}`;
  return { name, unit: column.units[0]!, inUnit: divided };
}

function gapsSql({ stream, start, end }: SeriesQuery): string {
  return `SELECT "start", "end" FROM gaps WHERE stream = ${stream.stream} AND "end" > ${start} AND "start" < ${end} ORDER BY "start"`;
}

function gapsOf({ start, end }: Columns, interval: number): SeriesAnswer['gaps'] {
  return start!.map((from, index) =>
    withMissing({ start: Number(from), end: Number(end![index]) }, interval),
  );
}

function toNumber(value: unknown): number | null {
  return value === null ? null : Number(value);
}

/** Channels that a stream has, in the session's order. */
export function channelsOf(
  { session, filled }: Pick<Stream, 'session' | 'filled'>,
  constants: GaugeConstants | undefined,
): string[] {
  const columns = COLUMNS[session].filter(({ name }) => filled.has(name)).map(({ name }) => name);
  const strain = STRAIN_CHANNELS.map(({ name }) => name).filter(
    (name) => constants && valueSql(name, session, constants) !== 'NULL',
  );
  return [...columns, ...strain];
}
