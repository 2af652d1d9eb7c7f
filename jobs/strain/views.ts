/**
 * Views that convert counts to strain with the constants of the stations: that of each gauge (description of
 * the format, "Counts to microstrain"), and areal and shear strain ("Gauges to areal and shear strain").
 */
import { TOPIC } from '../../contract';
import { type Coefficients, northMatrix } from './gauge-matrix';
import { microstrainSql } from './microstrain';
import { gaugeColumns, SESSION_SQL } from './sessions';
import { STATION_RECORDS, STRAIN_TOPICS } from './topics';

/**
 * How long a row waits for the constants of its station. A change of the constants also applies to the rows
 * of this period. It bounds the state of queries over the view.
 */
const ROWS_KEPT = '10 s';

const GAUGES = [1, 2, 3, 4] as const;

const SESSIONS = ['Day', 'Hour', 'Min'] as const;

const STATIONS = STRAIN_TOPICS.stations.name;

const REFERENCES = GAUGES.map((gauge) => `reference_${gauge}`);

const CONSTANTS = ['site', ...REFERENCES, 'gap', 'azimuth', 'strain_matrix'].join(', ');

/** Components of the strain in the plane, in the order of the rows of a station's matrix. */
const COMPONENTS = ['areal', 'differential', 'shear'] as const;
type Component = (typeof COMPONENTS)[number];

/** Columns that all views begin with. */
const ROW = 'site, session, `time`, `timestamp`';

/** A view over the tables of the strain topics. */
export interface StrainView {
  /** `CREATE TEMPORARY VIEW`, without a trailing semicolon. */
  readonly sql: string;
  /** Whether it has only the rows that exist when a query starts. */
  readonly bounded: boolean;
}

/**
 * `gtsm_microstrain`, `gtsm_strain`, the same with `_bounded`, and the view that those need. A batch query
 * cannot read an upsert table, so it uses the last record of each station. All records of the stations are in
 * one partition.
 */
export const STRAIN_VIEWS: readonly StrainView[] = [
  { sql: microstrainView(''), bounded: false },
  { sql: strainView(''), bounded: false },
  {
    sql: `CREATE TEMPORARY VIEW ${STATIONS}_bounded AS
SELECT ${CONSTANTS}
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY site ORDER BY place DESC) AS newest FROM ${STATION_RECORDS.name})
WHERE newest = 1`,
    bounded: true,
  },
  { sql: microstrainView('_bounded'), bounded: true },
  { sql: strainView('_bounded'), bounded: true },
];

type Kind = '' | '_bounded';

function microstrainView(kind: Kind): string {
  return `CREATE TEMPORARY VIEW gtsm_microstrain${kind} AS
SELECT ${ROW}, ${GAUGES.map((gauge) => `microstrain_${gauge}`).join(', ')}
FROM (
${gaugesWithConstants(kind)}
)`;
}

/**
 * Strain is null without azimuth and matrix, and in rows in which a gauge has no sample. A gauge that has no
 * reference is out of order: it is left out.
 */
function strainView(kind: Kind): string {
  return `CREATE TEMPORARY VIEW gtsm_strain${kind} AS
SELECT ${ROW},
  CASE WHEN cos2 IS NOT NULL THEN areal_north END AS areal,
  cos2 * differential_north + sin2 * shear_north AS differential,
  cos2 * shear_north - sin2 * differential_north AS shear
FROM (
SELECT *,
  CASE WHEN strain_matrix IS NULL THEN COS(RADIANS(2 * azimuth)) ELSE 1E0 END AS cos2,
  CASE WHEN strain_matrix IS NULL THEN SIN(RADIANS(2 * azimuth)) ELSE 0E0 END AS sin2,
${COMPONENTS.map((component) => `  ${northStrain(component)} AS ${component}_north`).join(',\n')}
FROM (
${gaugesWithConstants(kind)}
))`;
}

/** A component as if gauge 0 pointed north; by the station's own matrix, as it is. */
function northStrain(component: Component): string {
  const row = COMPONENTS.indexOf(component) * GAUGES.length;
  const own = REFERENCES.map(
    (reference, gauge) =>
      `strain_matrix[${row + gauge + 1}] * CASE WHEN ${reference} IS NULL THEN 0E0 ELSE microstrain_${gauge + 1} END`,
  );
  const all = [0, 1, 2, 3];
  const cases = [all, ...all.map((out) => all.filter((gauge) => gauge !== out))].map((used) => {
    const inOrder = used.map((gauge) => `${REFERENCES[gauge]} IS NOT NULL`);
    return `WHEN ${inOrder.join(' AND ')} THEN ${sumOf(northMatrix(used)[component], used)}`;
  });
  return `CASE
    WHEN strain_matrix IS NOT NULL THEN ${own.join(' + ')}
    ${cases.join('\n    ')}
  END`;
}

function sumOf(coefficients: Coefficients, used: readonly number[]): string {
  // With an exponent, so that they are double precision.
  return used
    .map((gauge) => `${coefficients[gauge]!.toExponential()} * microstrain_${gauge + 1}`)
    .join(' + ');
}

/**
 * Rows with the strain of their gauges and the constants of their station. A station without constants has no
 * rows. A gauge without a sample is null.
 */
function gaugesWithConstants(kind: Kind): string {
  const columns = GAUGES.map((gauge) => `  ${microstrain(gauge)} AS microstrain_${gauge}`);
  const constants = [...REFERENCES, 'azimuth', 'strain_matrix'].map((name) => `station.${name}`);
  return `SELECT${kind === '' ? ` /*+ STATE_TTL('counts' = '${ROWS_KEPT}', 'station' = '0 s') */` : ''}
  counts.site, counts.session, counts.\`time\`, counts.\`timestamp\`,
${columns.join(',\n')},
  ${constants.join(', ')}
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
  return microstrainSql(`counts.count_${gauge}`, `station.reference_${gauge}`, 'station.gap');
}
