/**
 * Statistics per minute of the samples of each channel, 20 Hz and 1 Hz.
 *
 *   gtsm_etl ── a row for each channel that has a sample ── by site, session, channel and minute:
 *   MINUTE_STATS ── gtsm_1min
 *
 * There is no window and no watermark, so no sample is too late: a minute is emitted again when another
 * sample arrives.
 */
import { TOPIC } from '../../contract';
import type { JobDefinition } from '../definition';
import { STRAIN_INTERVALS } from '../../producer/bottle/session';
import { gaugeColumns } from './sessions';
import { ROWS, STRAIN_TOPICS } from './topics';

/**
 * How long a minute is kept after its last sample. Later samples start it from scratch, but no archive is
 * that late.
 */
const MINUTES_KEPT = '90 d';

const { minutes } = STRAIN_TOPICS;

const CHANNELS = (['Hour', 'Min'] as const).flatMap((session) =>
  gaugeColumns(session).map((channel) => ({ session, channel })),
);

const SAMPLES = CHANNELS.map(
  ({ session, channel }) =>
    `SELECT key_site AS site, '${session}' AS session, '${channel}' AS channel, \`time\`, ${channel} AS sample, ` +
    `${STRAIN_INTERVALS[session]} AS sample_interval FROM ${TOPIC} WHERE ${channel} IS NOT NULL`,
).join('\nUNION ALL\n');

export const GTSM_1MIN: JobDefinition = {
  name: 'gtsm-1min',
  summary: 'Computes count, minimum, maximum, mean, first and last sample of each channel and minute.',
  topics: [ROWS, minutes],
  tables: [
    { topic: TOPIC, columns: ['time', ...CHANNELS.map(({ channel }) => channel)] },
    { topic: minutes.name, upsert: true, sink: 'exactly-once' },
  ],
  settings: {
    'execution.checkpointing.interval': '10 s',
    // The state of a minute is read and written once for many samples.
    'table.exec.mini-batch.enabled': 'true',
    'table.exec.mini-batch.allow-latency': '2 s',
    'table.exec.mini-batch.size': '20000',
    'table.exec.state.ttl': MINUTES_KEPT,
    // The functions do not keep rows, so operators need not copy them.
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
