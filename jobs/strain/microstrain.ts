/**
 * Converts counts to microstrain with the constants of the stations (description of the format, "Counts to
 * microstrain").
 */
import { TOPIC } from '../../contract';
import { gaugeColumns, SESSION_SQL } from './sessions';
import { STATION_RECORDS, STRAIN_TOPICS } from './topics';

/**
 * How long a row waits for the constants of its station. A change of the constants also applies to the rows
 * of this period. It bounds the state of queries over the view.
 */
const ROWS_KEPT = '10 s';

/** Diameter of a gauge in metres. */
const DIAMETER = 0.087;

/** Count of a gauge at x = 1. The strain is proportional to x / (1 - x). */
const FULL_SCALE = '1e8';

const GAUGES = [1, 2, 3, 4] as const;

const SESSIONS = ['Day', 'Hour', 'Min'] as const;

const STATIONS = STRAIN_TOPICS.stations.name;

const CONSTANTS = ['site', ...GAUGES.map((gauge) => `reference_${gauge}`), 'gap'].join(', ');

/** A view over the tables of the strain topics. */
export interface StrainView {
  /** `CREATE TEMPORARY VIEW`, without a trailing semicolon. */
  readonly sql: string;
  /** Whether it has only the rows that exist when a query starts. */
  readonly bounded: boolean;
}

/**
 * `gtsm_microstrain`, `gtsm_microstrain_bounded`, and the view that they need. A batch query cannot read an
 * upsert table, so it uses the last record of each station. All records of the stations are in one partition.
 */
export const STRAIN_VIEWS: readonly StrainView[] = [
  { sql: microstrainView(''), bounded: false },
  {
    sql: `CREATE TEMPORARY VIEW ${STATIONS}_bounded AS
SELECT ${CONSTANTS}
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY site ORDER BY place DESC) AS newest FROM ${STATION_RECORDS.name})
WHERE newest = 1`,
    bounded: true,
  },
  { sql: microstrainView('_bounded'), bounded: true },
];

/** A station without constants has no rows in the view. A gauge without a sample is null. */
function microstrainView(kind: '' | '_bounded'): string {
  const columns = GAUGES.map((gauge) => `  ${microstrain(gauge)} AS microstrain_${gauge}`);
  return `CREATE TEMPORARY VIEW gtsm_microstrain${kind} AS
SELECT${kind === '' ? ` /*+ STATE_TTL('counts' = '${ROWS_KEPT}', 'station' = '0 s') */` : ''}
  counts.site, counts.session, counts.\`time\`, counts.\`timestamp\`,
${columns.join(',\n')}
FROM (
  SELECT key_site AS site, ${SESSION_SQL} AS session,
         CAST(\`time\` AS TIMESTAMP(3)) AS \`time\`, \`timestamp\`,
         ${GAUGES.map((gauge) => `COALESCE(${columnsOf(gauge).join(', ')}) AS count_${gauge}`).join(',\n         ')}
  FROM ${TOPIC}${kind}
  WHERE COALESCE(${GAUGES.flatMap(columnsOf).join(', ')}) IS NOT NULL
) AS counts
JOIN ${STATIONS}${kind} AS station ON counts.site = station.site`;
}

/** Columns of a gauge. A row belongs to one session, so at most one of them has a value. */
function columnsOf(gauge: number): string[] {
  return SESSIONS.map((session) => gaugeColumns(session)[gauge - 1] ?? '');
}

function microstrain(gauge: number): string {
  const ratio = (count: string): string => `${count} / (${FULL_SCALE} - ${count})`;
  const [count, reference] = [`counts.count_${gauge}`, `station.reference_${gauge}`];
  return `(${ratio(count)} - ${ratio(reference)}) * (station.gap / ${DIAMETER}) * 1e6`;
}
