/** What all profiles have of the strain rows: schemas, topic, tables. */
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

/** The schema files of this repository. */
const SCHEMAS = join(__dirname, '..', 'avro_schemas');

/** The ConfigMap of the schemas. */
export function strainSchemas(scope: Construct): AvroSchemas {
  return new AvroSchemas(scope, 'schemas', { directory: SCHEMAS });
}

/** Declares the topic of the rows. */
export function strainTopic(
  scope: Construct,
  kafka: IKafka,
  partitions: number,
  replicationFactor: number,
): ITopic {
  const topics = new KafkaTopics(scope, 'topics', {
    kafka,
    topics: [{ name: TOPIC, partitions, replicationFactor, retention: 'forever' }],
  });
  return topics.topic(TOPIC);
}

/** The rows as they come, and, as `gtsm_etl_bounded`, those that are there when a query begins. */
export function strainTables(
  scope: Construct,
  links: { readonly topic: ITopic; readonly registry: ISchemaRegistry; readonly schemas: AvroSchemas },
): AvroTable[] {
  const watermark = { column: 'time', delay: '5 SECOND' };
  return [
    new AvroTable(scope, 'table', { ...links, watermark }),
    new AvroTable(scope, 'bounded-table', { ...links, watermark, name: `${TOPIC}_bounded`, bounded: true }),
  ];
}
