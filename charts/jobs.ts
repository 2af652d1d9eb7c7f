import { Chart, Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  AvroTable,
  configureStack,
  FlinkSqlJob,
  KafkaTopics,
  stackSettings,
  type AvroSchemas,
  type FlinkSqlJobProps,
  type IKafka,
  type ISchemaRegistry,
} from '../constructs/index';
import { TOPIC } from '../contract';
import { jobScript, transactionalIdPrefix, type JobDefinition } from '../jobs/definition';
import { JOBS } from '../jobs/index';
import type { Profile } from './profile';

/** The parts of the stack that jobs use. */
export interface StackOfJobs extends Profile {
  readonly kafka: IKafka;
  readonly registry: ISchemaRegistry;
  readonly schemas: AvroSchemas;
}

/** How the jobs of a chart run. */
export interface JobsChartProps {
  /** The stack, made by its own chart. The jobs are linked to it, but their chart has none of its objects. */
  readonly stack: StackOfJobs;
  /** Replication factor of each topic. */
  readonly replicationFactor: number;
  /** The cluster or the application that runs a job. */
  readonly runsOn: (job: JobDefinition) => Pick<FlinkSqlJobProps, 'cluster' | 'application'>;
}

/**
 * The streaming jobs of `jobs/` and their topics, in the namespace of a stack. The stack must be applied
 * first.
 */
export abstract class JobsChart extends Chart {
  protected constructor(scope: Construct, id: string, { stack, replicationFactor, runsOn }: JobsChartProps) {
    super(scope, id, { namespace: stack.namespace, disableResourceNameHashes: true });
    configureStack(this, stackSettings(stack));
    const topics = new KafkaTopics(this, 'topics', {
      kafka: stack.kafka,
      name: 'jobs-topics',
      topics: topicsOf(JOBS).map((topic) => ({ ...topic, replicationFactor })),
    });
    for (const job of JOBS) {
      const { name } = job;
      const tables = job.tables.map(({ transactionTimeoutMs, ...table }) => {
        const tableName = table.name ?? table.topic;
        const prefix = table.sink === 'exactly-once' ? transactionalIdPrefix(job, table) : undefined;
        return new AvroTable(this, `${name}-${tableName}`, {
          ...table,
          name: tableName,
          // The topic of the rows belongs to the stack.
          topic: table.topic === TOPIC ? { name: TOPIC, kafka: stack.kafka } : topics.topic(table.topic),
          registry: stack.registry,
          schemas: stack.schemas,
          transactionalIdPrefix: prefix,
          transactionTimeout:
            transactionTimeoutMs === undefined ? undefined : Duration.millis(transactionTimeoutMs),
        });
      });
      new FlinkSqlJob(this, name, { name, script: jobScript(job), tables, ...runsOn(job) });
    }
  }
}

/** Topics of all jobs, without duplicates and without the topic of the stack. */
function topicsOf(jobs: readonly JobDefinition[]): JobDefinition['topics'] {
  const byName = new Map(jobs.flatMap(({ topics }) => topics.map((topic) => [topic.name, topic] as const)));
  byName.delete(TOPIC);
  return [...byName.values()];
}
