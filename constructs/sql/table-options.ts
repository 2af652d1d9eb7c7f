/**
 * Table options of Flink's Kafka connectors and of the `avro-confluent` format (documentation of the connectors, "Connector
 * Options").
 */
import type { Column } from '../../avro/columns';
import type { AvroTableConfig } from './table-config';

/** Default of `transaction.max.timeout.ms` of a broker, 15 minutes. */
const BROKER_MAX_TRANSACTION_MS = 900_000;

const TRANSACTION_TIMEOUT_MS = 600_000;

/** The options of a table by name. Throws if settings contradict each other, or if `options` repeats one of them. */
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
      throw new Error(
        `table ${config.name}: option '${name}' follows from another setting; use that setting`,
      );
    }
  }
  return { ...made, ...config.options };
}

/** The upsert connector always starts at the first record; otherwise rows would be missing. */
function startup({
  name,
  upsert,
  startup: where = 'earliest-offset',
}: AvroTableConfig): Record<string, string> {
  if (!upsert) return { 'scan.startup.mode': where };
  if (where === 'earliest-offset') return {};
  throw new Error(`table ${name}: startup is '${where}'; expected 'earliest-offset' for an upsert table`);
}

function keyOptions(
  { registryUrl, upsert }: AvroTableConfig,
  key: readonly Column[],
  prefix: string,
): Record<string, string> {
  return {
    'key.format': 'avro-confluent',
    'key.avro-confluent.url': registryUrl,
    // The upsert connector uses the primary key.
    ...(upsert ? {} : { 'key.fields': key.map((column) => column.name).join(';') }),
    ...(prefix === '' ? {} : { 'key.fields-prefix': prefix }),
    'value.fields-include': 'EXCEPT_KEY',
  };
}

function sinkOptions(config: AvroTableConfig): Record<string, string> {
  const { name, sink, keySchema, valueSchema, columns, transactionalIdPrefix: idPrefix } = config;
  if (sink !== 'exactly-once' && idPrefix !== undefined) {
    throw new Error(
      `table ${name}: transactionalIdPrefix is '${idPrefix}', but sink is ${sink ?? 'not set'}; expected sink 'exactly-once'`,
    );
  }
  if (sink === undefined) return {};
  if (columns !== undefined) {
    throw new Error(
      `table ${name}: sink and columns are both set; a table that is written needs all fields of the schema`,
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
      `table ${name}: sink is 'exactly-once'; expected a transactionalIdPrefix that no other job or table uses`,
    );
  }
  if (!(transactionTimeoutMs >= 1_000 && transactionTimeoutMs <= BROKER_MAX_TRANSACTION_MS)) {
    throw new Error(
      `table ${name}: the transaction timeout is ${transactionTimeoutMs} ms; expected 1000 ms to ${BROKER_MAX_TRANSACTION_MS} ms, the default limit of the brokers`,
    );
  }
  return {
    'sink.transactional-id-prefix': transactionalIdPrefix,
    'properties.transaction.timeout.ms': String(transactionTimeoutMs),
  };
}

/** The text of a schema on one line. */
function compact(schema: string): string {
  return JSON.stringify(JSON.parse(schema));
}
