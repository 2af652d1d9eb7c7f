/** The newest row of each station, through Flink SQL, as soon as each has one. */
import { SESSION_SQL, gaugeColumns } from '../jobs/strain/sessions';
import { SESSIONS } from '../producer/bottle/session';
import { timestampFormatter } from '../producer/rows/timestamp';
import { SqlSession } from './gateway';
import { BATCH } from './query';
import type { MakeTables } from './statements';
import { BOUNDED_TABLE, STREAM_TABLE } from './table-names';

const GAUGES = [0, 1, 2, 3] as const;

export interface NewestOptions {
  readonly gateway: string;
  /** Creates the tables in a session. */
  readonly makeTables: MakeTables;
  /** Stations to wait for. */
  readonly stations: readonly string[];
  /** Only rows from this instant on count, milliseconds since 1970-01-01 UTC. */
  readonly since: number;
  readonly signal: AbortSignal;
}

/** A row of a station. */
export interface NewestRow {
  readonly station: string;
  readonly session: string;
  /** Instant, milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  /** The row's `timestamp`. */
  readonly timestamp: string;
  /** Counts of the four gauges; null without a sample. */
  readonly counts: readonly (number | null)[];
}

/**
 * Waits until each station has a row, and returns the newest of each, by station.
 * @throws UserError when Flink refuses a statement or it fails; an error when the signal is aborted
 */
export async function newestRows(options: NewestOptions): Promise<NewestRow[]> {
  const { gateway, makeTables, since, signal } = options;
  const session = await SqlSession.open(gateway);
  try {
    await makeTables(session, signal);
    await untilAllHaveRows(session, options);
    signal.throwIfAborted();
    const { rows } = await session.all(newestSql(since), { signal, config: BATCH });
    signal.throwIfAborted();
    return rows.map(rowOf);
  } finally {
    await session.close().catch(() => undefined);
  }
}

/** A stream tells as soon as a row is there, and Flink need not be asked again and again. */
async function untilAllHaveRows(
  session: SqlSession,
  { stations, since, signal }: NewestOptions,
): Promise<void> {
  const missing = new Set(stations);
  for await (const { rows } of session.run(stationsSql(since), { signal })) {
    for (const { fields } of rows) missing.delete(String(fields[0]));
    if (missing.size === 0) return;
  }
}

const stationsSql = (since: number): string => `SELECT DISTINCT key_site FROM ${from(STREAM_TABLE, since)}`;

function newestSql(since: number): string {
  const counts = GAUGES.map(
    (gauge) =>
      `COALESCE(${SESSIONS.map((session) => gaugeColumns(session)[gauge]).join(', ')}) AS count_${gauge}`,
  );
  return `SELECT key_site, session, \`timestamp\`, ${GAUGES.map((gauge) => `count_${gauge}`).join(', ')}
FROM (
  SELECT key_site, ${SESSION_SQL} AS session, \`timestamp\`, ${counts.join(', ')},
         ROW_NUMBER() OVER (PARTITION BY key_site ORDER BY \`time\` DESC) AS place
  FROM ${from(BOUNDED_TABLE, since)}
)
WHERE place = 1
ORDER BY key_site`;
}

/** The rows of a table from an instant on. Those that were published before it are not even read. */
function from(table: string, since: number): string {
  const options = [`'scan.startup.mode' = 'timestamp'`, `'scan.startup.timestamp-millis' = '${since}'`];
  const instant = timestampFormatter()(since);
  return `${table} /*+ OPTIONS(${options.join(', ')}) */ WHERE \`time\` >= TIMESTAMP '${instant}'`;
}

function rowOf([station, session, timestamp, ...counts]: readonly unknown[]): NewestRow {
  return {
    station: String(station),
    session: String(session),
    time: Date.parse(`${String(timestamp)}Z`),
    timestamp: String(timestamp),
    counts: counts as (number | null)[],
  };
}
