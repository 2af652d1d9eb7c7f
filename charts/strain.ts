/** Schemas, topics and tables of the strain rows, for all profiles. */
import { join } from 'node:path';
import type { Construct } from 'constructs';
import {
  AvroSchemas,
  AvroTable,
  KafkaTopics,
  type IKafka,
  type ISchemaRegistry,
  type ITopic,
} from '../constructs/index';
import { TOPIC } from '../contract';
import { CONSOLE_SETTINGS, CONSOLE_TABLES, CONSOLE_VIEWS } from '../jobs/console';
import { STRAIN_TOPICS } from '../jobs/strain/topics';

/** The schema files of this repository. */
const SCHEMAS = join(__dirname, '..', 'avro_schemas');

/** Makes the ConfigMap of the schemas. */
export function strainSchemas(scope: Construct): AvroSchemas {
  return new AvroSchemas(scope, 'schemas', { directory: SCHEMAS });
}

/**
 * Declares the topic of the rows, the topic of their progress, and the topic of the stations' constants,
 * which no job declares because users write it.
 * @param partitions of the rows and of their progress: the brokers' default, because a producer that comes
 *   first creates both topics with it
 */
export function strainTopic(
  scope: Construct,
  kafka: IKafka,
  partitions: number,
  replicationFactor: number,
): ITopic {
  const topics = new KafkaTopics(scope, 'topics', {
    kafka,
    topics: [
      { name: TOPIC, partitions, replicationFactor, retention: 'forever' },
      { ...STRAIN_TOPICS.progress, partitions, replicationFactor },
      { ...STRAIN_TOPICS.stations, replicationFactor },
    ],
  });
  return topics.topic(TOPIC);
}

/**
 * Tables of the SQL prompt: each topic as a stream, and with the suffix `_bounded` as a table that ends at
 * the last row present when a query starts.
 */
export function strainTables(
  scope: Construct,
  links: { readonly topic: ITopic; readonly registry: ISchemaRegistry; readonly schemas: AvroSchemas },
): AvroTable[] {
  const { topic, ...common } = links;
  return CONSOLE_TABLES.map((table) => {
    const name = table.name ?? table.topic;
    const of = table.topic === topic.name ? topic : { name: table.topic, kafka: topic.kafka };
    return new AvroTable(scope, `table-${name}`, { ...table, ...common, name, topic: of });
  });
}

/** Settings and views of the SQL prompt, which runs them after the tables are created. */
export function strainPrompt(): string {
  const settings = Object.entries(CONSOLE_SETTINGS).map(([name, value]) => `SET '${name}' = '${value}'`);
  return [...settings, ...CONSOLE_VIEWS.map(({ sql }) => sql)]
    .map((statement) => `${statement};\n`)
    .join('\n');
}
