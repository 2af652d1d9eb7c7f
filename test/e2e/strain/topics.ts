/** Writes strain rows into their topic, and follows the upsert topics that jobs make of them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { type Consumer, Kafka, logLevel, type Producer } from 'kafkajs';
import { services } from '../services';
import type { Final } from './batch';
import type { StrainRow } from './rows';

const SCHEMAS = path.resolve(__dirname, '../../../avro_schemas');
const TOPIC = 'gtsm_etl';
const ROWS_PER_REQUEST = 2_000;

function kafka(): Kafka {
  return new Kafka({ brokers: [services.addresses.bootstrapServers], logLevel: logLevel.NOTHING });
}

/** A writer of rows: any row at any time, as the producer would not send them. */
export class RowWriter {
  private constructor(
    private readonly producer: Producer,
    private readonly registry: SchemaRegistry,
    private readonly ids: { readonly key: number; readonly value: number },
    private readonly fields: readonly string[],
  ) {}

  static async open(): Promise<RowWriter> {
    const registry = new SchemaRegistry({ host: services.addresses.registryUrl });
    const producer = kafka().producer();
    await producer.connect();
    const [key, value] = await Promise.all(
      ['key', 'value'].map((part) => schemaId(registry, `${TOPIC}-${part}`)),
    );
    const { fields } = JSON.parse(schemaText(`${TOPIC}-value`)) as { fields: { name: string }[] };
    return new RowWriter(
      producer,
      registry,
      { key: key ?? 0, value: value ?? 0 },
      fields.map(({ name }) => name),
    );
  }

  async write(rows: readonly StrainRow[]): Promise<void> {
    for (let from = 0; from < rows.length; from += ROWS_PER_REQUEST) {
      const messages = await Promise.all(
        rows.slice(from, from + ROWS_PER_REQUEST).map(async (row) => ({
          key: await this.registry.encode(this.ids.key, row.key),
          value: await this.registry.encode(
            this.ids.value,
            Object.fromEntries(this.fields.map((field) => [field, row.value[field] ?? null])),
          ),
        })),
      );
      await this.producer.send({ topic: TOPIC, messages });
    }
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }
}

function schemaText(subject: string): string {
  return readFileSync(path.join(SCHEMAS, `${subject}.avsc`), 'utf8');
}

async function schemaId(registry: SchemaRegistry, subject: string): Promise<number> {
  const schema = { type: SchemaType.AVRO, schema: schemaText(subject) } as const;
  const { id } = await registry.register(schema, { subject, compatibility: COMPATIBILITY.BACKWARD });
  return id;
}

/**
 * What an upsert topic has, kept up as records of committed transactions come: the last value of each key,
 * none for a tombstone.
 */
export class LiveTopic {
  private readonly values = new Map<string, string>();

  private constructor(private readonly consumer: Consumer) {}

  static async follow(topic: string): Promise<LiveTopic> {
    const registry = new SchemaRegistry({ host: services.addresses.registryUrl });
    const live = new LiveTopic(kafka().consumer({ groupId: `follow-${topic}`, readUncommitted: false }));
    await live.consumer.connect();
    await live.consumer.subscribe({ topic, fromBeginning: true });
    await live.consumer.run({
      eachMessage: async ({ message: { key, value } }) => {
        if (!key) throw new Error(`${topic}: a record without a key`);
        const name = fieldsOf(await registry.decode(key));
        if (value) live.values.set(name, fieldsOf(await registry.decode(value)));
        else live.values.delete(name);
      },
    });
    return live;
  }

  get now(): Final {
    return this.values;
  }

  close(): Promise<void> {
    return this.consumer.disconnect();
  }
}

function fieldsOf(record: unknown): string {
  return JSON.stringify(Object.values(record as Record<string, unknown>));
}
