/**
 * Gaps in the strain rows: a session of a station has no row for more than twice its interval.
 *
 *   gtsm_etl ── instants ── by site, session and hour: RUNS ── by site and session: GAPS ── gtsm_gaps
 *
 * RUNS reduces the rows of a batch to one value in the tasks that read them. GAPS has the state: where a
 * station has rows.
 */
import { TOPIC } from '../../contract';
import type { JobDefinition } from '../definition';
import { STRAIN_INTERVALS } from '../../producer/bottle/session';
import { gaugeColumns, SESSION_SQL } from './sessions';
import { ROWS, STRAIN_TOPICS } from './topics';

/**
 * How long RUNS keeps its state. GAPS gets every run at once, so it is only needed while the batches of an
 * hour arrive.
 */
const RUNS_KEPT = '1 min';

const { gaps } = STRAIN_TOPICS;

export const GTSM_GAPS: JobDefinition = {
  name: 'gtsm-gaps',
  summary: 'Finds the gaps: periods in which a session of a station has no samples.',
  topics: [ROWS, gaps],
  tables: [
    { topic: TOPIC, columns: ['time', ...gaugeColumns('Hour'), ...gaugeColumns('Min')] },
    { topic: gaps.name, upsert: true, sink: 'exactly-once' },
  ],
  settings: {
    'execution.checkpointing.interval': '10 s',
    'table.exec.mini-batch.enabled': 'true',
    'table.exec.mini-batch.allow-latency': '2 s',
    'table.exec.mini-batch.size': '20000',
    'table.exec.state.ttl': RUNS_KEPT,
    // All changes of a gap come from one task in order, so the sink needs no state to order them.
    'table.exec.sink.upsert-materialize': 'NONE',
    'pipeline.object-reuse': 'true',
  },
  declarations: [
    `CREATE TEMPORARY FUNCTION RUNS AS 'strain.Runs'`,
    `CREATE TEMPORARY FUNCTION GAPS AS 'strain.Gaps'`,
    `CREATE TEMPORARY VIEW instants AS
SELECT site, session, \`time\`,
       CASE session WHEN 'Hour' THEN ${STRAIN_INTERVALS.Hour} WHEN 'Min' THEN ${STRAIN_INTERVALS.Min} ELSE ${STRAIN_INTERVALS.Day} END AS sample_interval
FROM (SELECT key_site AS site, ${SESSION_SQL} AS session, \`time\` FROM ${TOPIC})`,
    `CREATE TEMPORARY VIEW runs AS
SELECT site, session, sample_interval, RUNS(\`time\`, sample_interval) AS runs
FROM instants
GROUP BY site, session, sample_interval, FLOOR(\`time\` TO HOUR)`,
  ],
  statement: `INSERT INTO ${gaps.name}
SELECT site, session, gap_start, gap_end, missing
FROM GAPS(input => TABLE runs PARTITION BY (site, session))`,
};
