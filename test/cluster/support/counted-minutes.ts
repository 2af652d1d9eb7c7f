/** What the job gtsm-1min has counted, next to the samples of the published rows. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../../cli/root';
import { NAMES } from '../../../constructs/common/names';
import { avroTableDdl } from '../../../constructs/sql/avro-table';
import { PORTS } from '../../../contract';
import { STRAIN_TOPICS } from '../../../jobs/strain/topics';
import type { Cluster } from './cluster';
import type { ParsedRow } from './rows';
import { ClusterSql } from './sql';

/** The gauges' channels at 1 Hz and 20 Hz: what is counted by the minute. */
const CHANNEL = /^[lb]s[1-4]_t0$/;

const topic = STRAIN_TOPICS.minutes.name;
const table = 'minutes';

const schema = (file: string) => readFileSync(path.join(ROOT, 'avro_schemas', file), 'utf8');

/** All statistics of the minutes that are in the topic, the earlier ones of a minute among them. */
const MINUTES = avroTableDdl({
  name: table,
  topic,
  keySchema: schema(`${topic}-key.avsc`),
  valueSchema: schema(`${topic}-value.avsc`),
  bootstrapServers: `${NAMES.kafka}:${PORTS.kafka}`,
  registryUrl: `http://${NAMES.schemaRegistry}:${PORTS.schemaRegistry}`,
  bounded: true,
});

/**
 * Waits until the job has counted all samples of the rows, and expects that it counted each once.
 * @returns the number of samples
 */
export async function expectSamplesCounted(cluster: Cluster, rows: readonly ParsedRow[]): Promise<number> {
  const samples = rows.reduce(
    (sum, { value }) =>
      sum +
      Object.entries(value).filter(([column, it]) => CHANNEL.test(column) && typeof it === 'number').length,
    0,
  );
  const sql = new ClusterSql(cluster, [MINUTES]);
  const counted = async () => {
    const [row] = await sql.query(
      `SELECT SUM(n) AS n FROM (SELECT MAX(n) AS n FROM ${table} GROUP BY key_site, key_session, key_channel, key_minute)`,
    );
    return Number(row?.n);
  };
  await cluster.until(`${samples} samples counted`, 180, async () => (await counted()) >= samples);
  expect(await counted()).toBe(samples);
  return samples;
}
