/**
 * Strain by the minute: statistics of each channel's samples, 20 Hz and 1 Hz.
 *
 *   gtsm_etl ── a row for each channel that has a sample ── by site, session, channel and minute: MINUTE_STATS ── gtsm_1min
 *
 * There is no window and no watermark, so nothing is ever too late: a minute that has got a sample more is given out anew.
 */
import { TOPIC } from '../../contract';
import type { JobDefinition } from '../definition';
import { gaugeColumns, INTERVAL_MS } from './sessions';
import { ROWS, STRAIN_TOPICS } from './topics';

/**
 * A minute is forgotten so long after its last sample. What comes later than that begins the minute anew: longer than any archive
 * is late.
 */
const MINUTES_KEPT = '90 d';

const { minutes } = STRAIN_TOPICS;

const CHANNELS = (['Hour', 'Min'] as const).flatMap((session) =>
  gaugeColumns(session).map((channel) => ({ session, channel })),
);

const SAMPLES = CHANNELS.map(
  ({ session, channel }) =>
    `SELECT key_site AS site, '${session}' AS session, '${channel}' AS channel, \`time\`, ${channel} AS sample, ` +
    `${INTERVAL_MS[session]} AS sample_interval FROM ${TOPIC} WHERE ${channel} IS NOT NULL`,
).join('\nUNION ALL\n');

export const GTSM_1MIN: JobDefinition = {
  name: 'gtsm-1min',
  summary: 'Gives count, extremes, mean, first and last sample of each channel and minute.',
  topics: [ROWS, minutes],
  tables: [
    { topic: TOPIC, columns: ['time', ...CHANNELS.map(({ channel }) => channel)] },
    { topic: minutes.name, upsert: true, sink: 'exactly-once' },
  ],
  settings: {
    'execution.checkpointing.interval': '10 s',
    // A minute's state is read and written once for many of its samples.
    'table.exec.mini-batch.enabled': 'true',
    'table.exec.mini-batch.allow-latency': '2 s',
    'table.exec.mini-batch.size': '20000',
    'table.exec.state.ttl': MINUTES_KEPT,
    // The functions keep no row, so it need not be copied from one operator to the next.
    'pipeline.object-reuse': 'true',
  },
  declarations: [
    `CREATE TEMPORARY FUNCTION MINUTE_STATS AS 'strain.MinuteStats'`,
    `CREATE TEMPORARY VIEW samples AS\n${SAMPLES}`,
  ],
  statement: `INSERT INTO ${minutes.name}
SELECT site, session, channel, \`minute\`, stats.n, stats.\`min\`, stats.\`max\`, stats.mean, stats.\`first\`, stats.\`last\`
FROM (
  SELECT site, session, channel, FLOOR(\`time\` TO MINUTE) AS \`minute\`, MINUTE_STATS(\`time\`, sample, sample_interval) AS stats
  FROM samples
  GROUP BY site, session, channel, FLOOR(\`time\` TO MINUTE)
)`,
};
