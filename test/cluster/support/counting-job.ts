/** A topic in addition to the stack's, producers that fill it, and a streaming query that counts its rows. */
import type { Profile } from '../../../charts/index';
import { NAMES } from '../../../constructs/common/names';
import { FLINK_PORTS } from '../../../constructs/flink/ports';
import {
  AvroSchemas,
  AvroTable,
  FlinkSessionCluster,
  FlinkSqlJob,
  Kafka,
  KafkaTopics,
  SchemaRegistry,
  StrainProducer,
} from '../../../constructs/index';
import { PORTS, SCHEMA_FILES } from '../../../contract';
import type { Cluster } from './cluster';
import { findConstruct } from './find-construct';
import { getJson } from './messages';
import { SMALL_BATCH_BYTES } from './slow-producer';

/** The topic with rows, and the table of what is in it. */
export const COUNTED = { topic: 'counted', table: 'counted_bounded' } as const;

/** The topic with the counts by site, and the table of all that were written. */
export const COUNTS = { topic: 'counts', table: 'counts_bounded' } as const;

/** Job of Kubernetes that makes the topics. */
export const TOPICS_JOB = 'counted-topics';

/** Job of Flink, and the Job of Kubernetes that submits it. */
const JOB = 'count';
export const SUBMIT_JOB = `flink-sql-${JOB}`;

/** Jobs of Kubernetes that publish the samples: the second one once more. */
export const PRODUCERS = {
  first: { name: 'first-producer', args: [] },
  second: { name: 'second-producer', args: ['--again'] },
} as const;

/** Short, so that tests do not wait long for one. */
const CHECKPOINT_INTERVAL = '2 s';

const COUNTS_OPTIONS = `'topic' = '${COUNTS.topic}', 'properties.bootstrap.servers' = '${NAMES.kafka}:${PORTS.kafka}'`;

/** The counts as the query writes them. A new count replaces the previous one. */
const COUNTS_SINK = `CREATE TABLE ${COUNTS.topic} (
  site STRING, amount BIGINT, PRIMARY KEY (site) NOT ENFORCED
) WITH ('connector' = 'upsert-kafka', ${COUNTS_OPTIONS}, 'key.format' = 'json', 'value.format' = 'json')`;

/** Statement that makes the table of all counts that the query has written, earlier ones included. */
export const COUNTS_TABLE = `CREATE TABLE ${COUNTS.table} (site STRING, amount BIGINT)
WITH ('connector' = 'kafka', ${COUNTS_OPTIONS}, 'format' = 'json',
  'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset')`;

/** What is added to the chart. */
export interface CountingJob {
  /** Statement that makes the table of what is in the topic with rows. */
  readonly countedTable: string;
}

/** Adds it to a chart, with some of the producers. */
export function addCountingJob(chart: Profile, producers: readonly (keyof typeof PRODUCERS)[]): CountingJob {
  const kafka = findConstruct(chart, Kafka);
  const registry = findConstruct(chart, SchemaRegistry);
  const schemas = findConstruct(chart, AvroSchemas);
  const topics = new KafkaTopics(chart, 'counted-topics', {
    kafka,
    name: TOPICS_JOB,
    topics: [
      { name: COUNTED.topic, partitions: 4, config: { 'max.message.bytes': SMALL_BATCH_BYTES } },
      { name: COUNTS.topic, partitions: 1 },
    ],
  });
  const links = { topic: topics.topic(COUNTED.topic), registry, schemas };
  const files = { valueSchema: SCHEMA_FILES.value, keySchema: SCHEMA_FILES.key };
  const table = new AvroTable(chart, 'counted', { ...links, ...files });
  const bounded = new AvroTable(chart, 'counted-bounded', {
    ...links,
    ...files,
    name: COUNTED.table,
    bounded: true,
  });
  new FlinkSqlJob(chart, 'counting-job', {
    cluster: findConstruct(chart, FlinkSessionCluster),
    name: JOB,
    tables: [table],
    script: `SET 'execution.checkpointing.interval' = '${CHECKPOINT_INTERVAL}';
${COUNTS_SINK};
INSERT INTO ${COUNTS.topic} SELECT key_site, COUNT(*) FROM ${COUNTED.topic} GROUP BY key_site;`,
  });
  for (const producer of producers) {
    const { name, args } = PRODUCERS[producer];
    new StrainProducer(chart, name, { ...links, name, args });
  }
  return { countedTable: bounded.ddl };
}

/** How the job of Flink is. */
export interface JobState {
  readonly id: string;
  readonly state: string;
  /** When its latest checkpoint began, milliseconds; 0 before the first one. */
  readonly checkpoint: number;
  /** When it was last restored from a checkpoint, milliseconds; 0 when it never was. */
  readonly restored: number;
}

/** Asks the JobManager. */
export function countingJob(cluster: Cluster): Promise<JobState> {
  return cluster.forward(`svc/${NAMES.flinkJobManager}`, FLINK_PORTS.rest, async ({ url }) => {
    const { jobs } = await getJson<{ jobs: { jid: string; name: string; state: string }[] }>(
      `${url}/jobs/overview`,
    );
    const own = jobs.filter(({ name }) => name.startsWith(`${JOB}@`));
    const [job] = own;
    if (job === undefined || own.length > 1) throw new Error(`${own.length} jobs of Flink are ${JOB}`);
    const { latest } = await getJson<{
      latest: { completed?: { trigger_timestamp: number }; restored?: { restore_timestamp: number } };
    }>(`${url}/jobs/${job.jid}/checkpoints`);
    return {
      id: job.jid,
      state: job.state,
      checkpoint: latest.completed?.trigger_timestamp ?? 0,
      restored: latest.restored?.restore_timestamp ?? 0,
    };
  });
}
