/** Counts to microstrain, linearised by the constants of the stations (the format's description, "Counts to microstrain"). */
import { TOPIC } from '../../contract';
import { gaugeColumns, SESSION_SQL } from './sessions';
import { STATION_RECORDS, STRAIN_TOPICS } from './topics';

/**
 * A row waits so long for its station's constants, and so long a change of them holds for rows that have come. It is what bounds the
 * state of a query over the view.
 */
const ROWS_KEPT = '10 s';

/** Diameter of a gauge, metres. */
const DIAMETER = 0.087;

/** Where a gauge's count is 10^8 x, the strain goes with x / (1 - x). */
const FULL_SCALE = '1e8';

const GAUGES = [1, 2, 3, 4] as const;

const SESSIONS = ['Day', 'Hour', 'Min'] as const;

const STATIONS = STRAIN_TOPICS.stations.name;

const CONSTANTS = ['site', ...GAUGES.map((gauge) => `reference_${gauge}`), 'gap'].join(', ');

/** A view over the tables of the strain topics. */
export interface StrainView {
  /** `CREATE TEMPORARY VIEW`, without a semicolon at its end. */
  readonly sql: string;
  /** Whether its rows are those that are there now. */
  readonly bounded: boolean;
}

/**
 * `gtsm_microstrain` and `gtsm_microstrain_bounded`, and what they need. A batch query cannot read an upsert table, so it takes the
 * last record of each station, all of which are in one partition.
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

/** A station without constants has no rows in the view, and a gauge without a sample is null. */
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

/** A row is of one session, so at most one of them has a value. */
function columnsOf(gauge: number): string[] {
  return SESSIONS.map((session) => gaugeColumns(session)[gauge - 1] ?? '');
}

function microstrain(gauge: number): string {
  const ratio = (count: string): string => `${count} / (${FULL_SCALE} - ${count})`;
  const [count, reference] = [`counts.count_${gauge}`, `station.reference_${gauge}`];
  return `(${ratio(count)} - ${ratio(reference)}) * (station.gap / ${DIAMETER}) * 1e6`;
}
