/**
 * Table options of Flink's Kafka connectors and of the `avro-confluent` format (documentation of the
 * connectors, "Connector Options").
 */
import type { Column } from '../../avro/columns';
import { invalid } from '../common/invalid';
import type { AvroTableConfig } from './table-config';

/** Default of `transaction.max.timeout.ms` of a broker, 15 minutes. */
const BROKER_MAX_TRANSACTION_MS = 900_000;

const TRANSACTION_TIMEOUT_MS = 600_000;

/**
 * The options of a table by name. Throws if settings contradict each other, or if `options` repeats one of
 * them.
 */
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
  for (const [name, got] of Object.entries(config.options ?? {})) {
    if (made[name] === undefined) continue;
    invalid(`table ${config.name}`, {
      property: `options['${name}']`,
      got,
      allowed: 'options that no other setting makes',
      fix: 'Leave it out and use that setting.',
    });
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
  invalid(`table ${name}`, {
    property: 'startup',
    got: where,
    allowed: "'earliest-offset' for an upsert table",
    fix: 'Leave it out, or leave out upsert.',
  });
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
    invalid(`table ${name}`, {
      property: 'transactionalIdPrefix',
      got: idPrefix,
      allowed: "nothing unless sink is 'exactly-once'",
      fix: "Leave it out, or set sink to 'exactly-once'.",
    });
  }
  if (sink === undefined) return {};
  if (columns !== undefined) {
    invalid(`table ${name}`, {
      property: 'columns',
      got: columns,
      allowed: 'nothing with sink, because a table that is written needs all fields of the schema',
      fix: 'Leave out columns or sink.',
    });
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
    invalid(`table ${name}`, {
      property: 'transactionalIdPrefix',
      got: undefined,
      allowed: "a text that no other job or table uses, with sink 'exactly-once'",
      fix: 'Set it, for example to the names of the job and the table.',
    });
  }
  if (!(transactionTimeoutMs >= 1_000 && transactionTimeoutMs <= BROKER_MAX_TRANSACTION_MS)) {
    invalid(`table ${name}`, {
      property: 'transactionTimeout',
      got: `${transactionTimeoutMs} ms`,
      allowed: `1000 ms to ${BROKER_MAX_TRANSACTION_MS} ms, the default limit of the brokers`,
      fix: 'Set it within that.',
    });
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
