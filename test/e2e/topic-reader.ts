/** Follows topics from the beginning, as a consumer that reads only committed records. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { type Consumer, Kafka, logLevel } from 'kafkajs';
import { services } from './services';

/** A record, its key and value decoded. */
export interface TopicRecord {
  readonly key: Record<string, unknown> | null;
  readonly value: Record<string, unknown> | null;
  /** Time of the record in Kafka, milliseconds since 1970. */
  readonly timestamp: number;
}

export class TopicReader {
  private readonly records = new Map<string, TopicRecord[]>();

  private constructor(private readonly consumer: Consumer) {}

  static async open(...topics: string[]): Promise<TopicReader> {
    const { bootstrapServers, registryUrl } = services.addresses;
    const kafka = new Kafka({ brokers: [bootstrapServers], logLevel: logLevel.NOTHING });
    const registry = new SchemaRegistry({ host: registryUrl });
    const decode = async (bytes: Buffer | null): Promise<Record<string, unknown> | null> =>
      bytes && { ...((await registry.decode(bytes)) as Record<string, unknown>) };
    const reader = new TopicReader(kafka.consumer({ groupId: `reader-${Date.now()}`, maxWaitTimeInMs: 100 }));
    await reader.consumer.connect();
    await reader.consumer.subscribe({ topics, fromBeginning: true });
    await reader.consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, message: { key, value, timestamp } }) => {
        reader.of(topic).push({
          key: await decode(key),
          value: await decode(value),
          timestamp: Number(timestamp),
        });
      },
    });
    return reader;
  }

  /** Records that came so far; those of a partition are in order. */
  of(topic: string): TopicRecord[] {
    const records = this.records.get(topic) ?? [];
    this.records.set(topic, records);
    return records;
  }

  /** Waits until a topic has `count` records, or `limitMs` have passed. */
  async untilCount(topic: string, count: number, limitMs = 45_000): Promise<TopicRecord[]> {
    const limit = Date.now() + limitMs;
    while (this.of(topic).length < count && Date.now() < limit) await sleep(100);
    return this.of(topic);
  }

  /** Waits a little longer than records take, so that one too many is seen. */
  async untilSettled(): Promise<void> {
    await sleep(1_500);
  }

  close(): Promise<void> {
    return this.consumer.disconnect();
  }
}
