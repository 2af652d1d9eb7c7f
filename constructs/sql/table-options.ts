/** Options of Flink's Kafka connectors and of the `avro-confluent` format for a table (the connector's documentation, "Connector Options"). */
import type { Column } from '../../avro/columns';
import type { AvroTableConfig } from './avro-table';

/** Most that a broker allows unless it is told otherwise, 15 minutes. */
const BROKER_MAX_TRANSACTION_MS = 900_000;

const TRANSACTION_TIMEOUT_MS = 600_000;

/** The options of a table by name. Throws where its settings do not go together, or name an option that they make. */
export function tableOptions(
  config: AvroTableConfig,
  key: readonly Column[],
  prefix: string,
): Record<string, string> {
  const made: Record<string, string> = {
    connector: config.upsert ? 'upsert-kafka' : 'kafka',
    topic: config.topic,
    'properties.bootstrap.servers': config.bootstrapServers,
    'properties.isolation.level': config.isolation ?? 'read_committed',
    'value.format': 'avro-confluent',
    'value.avro-confluent.url': config.registryUrl,
    ...startup(config),
    ...(config.bounded ? { 'scan.bounded.mode': 'latest-offset' } : {}),
    ...(key.length > 0 ? keyOptions(config, key, prefix) : {}),
    ...sinkOptions(config),
  };
  for (const name of Object.keys(config.options ?? {})) {
    if (made[name] !== undefined) {
      throw new Error(`table ${config.name}: option '${name}' is made from the typed settings; set it there`);
    }
  }
  return { ...made, ...config.options };
}

/** The upsert connector knows no other start than the beginning, without which rows would be missing. */
function startup({
  name,
  upsert,
  startup: where = 'earliest-offset',
}: AvroTableConfig): Record<string, string> {
  if (!upsert) return { 'scan.startup.mode': where };
  if (where === 'earliest-offset') return {};
  throw new Error(
    `table ${name}: startup is '${where}'; expected 'earliest-offset', as it is an upsert table`,
  );
}

function keyOptions(
  { registryUrl, upsert }: AvroTableConfig,
  key: readonly Column[],
  prefix: string,
): Record<string, string> {
  return {
    'key.format': 'avro-confluent',
    'key.avro-confluent.url': registryUrl,
    // The upsert connector takes the primary key.
    ...(upsert ? {} : { 'key.fields': key.map((column) => column.name).join(';') }),
    ...(prefix === '' ? {} : { 'key.fields-prefix': prefix }),
    'value.fields-include': 'EXCEPT_KEY',
  };
}

function sinkOptions(config: AvroTableConfig): Record<string, string> {
  const { name, sink, keySchema, valueSchema, columns, transactionalIdPrefix: idPrefix } = config;
  if (sink !== 'exactly-once' && idPrefix !== undefined) {
    throw new Error(
      `table ${name}: transactionalIdPrefix is '${idPrefix}', but sink is ${sink ?? 'not set'}; expected 'exactly-once'`,
    );
  }
  if (sink === undefined) return {};
  if (columns !== undefined) {
    throw new Error(
      `table ${name}: it has a sink and chosen columns; a record that is written has all of its schema's fields`,
    );
  }
  return {
    'value.avro-confluent.schema': compact(valueSchema),
    ...(keySchema === undefined ? {} : { 'key.avro-confluent.schema': compact(keySchema) }),
    'sink.delivery-guarantee': sink,
    ...(sink === 'exactly-once' ? transactionOptions(config) : {}),
  };
}

function transactionOptions({
  name,
  transactionalIdPrefix,
  transactionTimeoutMs = TRANSACTION_TIMEOUT_MS,
}: AvroTableConfig): Record<string, string> {
  if (transactionalIdPrefix === undefined) {
    throw new Error(
      `table ${name}: sink is 'exactly-once'; expected a transactionalIdPrefix that no other job and table has`,
    );
  }
  if (!(transactionTimeoutMs >= 1_000 && transactionTimeoutMs <= BROKER_MAX_TRANSACTION_MS)) {
    throw new Error(
      `table ${name}: transactionTimeoutMs is ${transactionTimeoutMs}; expected 1000 to ${BROKER_MAX_TRANSACTION_MS}, the brokers' limit`,
    );
  }
  return {
    'sink.transactional-id-prefix': transactionalIdPrefix,
    'properties.transaction.timeout.ms': String(transactionTimeoutMs),
  };
}

/** A schema's text on one line. */
function compact(schema: string): string {
  return JSON.stringify(JSON.parse(schema));
}
