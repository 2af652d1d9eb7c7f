/** Follows the topics of the clicks job: its input, and its results so far. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import type { Admin, Consumer, KafkaMessage, TopicPartitionOffset } from 'kafkajs';
import { CLICKS_TOPICS } from '../../jobs/clicks';
import { addresses, type LocalSettings } from '../settings';
import type { Click, ClickCounts, ItemVersion } from './expected';
import { kafkaClient } from './shop';

/** How long the broker waits for more records before it responds: short, so that counts appear at once. */
const MAX_WAIT_MS = 100;

const POLL_MS = 50;

export class Results {
  /** All versions of the catalogue, in the order of its topic. */
  readonly catalogue: ItemVersion[] = [];
  /** Clicks that existed when it was opened, of the minutes that it follows. */
  readonly earlier: Click[] = [];
  private readonly named = new Map<string, Map<number, number>>();
  private unknown = 0;
  /** Records of each partition that existed when it was opened and are still to be read. */
  private readonly missing = new Map<string, number>();

  private constructor(
    private readonly admin: Admin,
    private readonly consumer: Consumer,
    private readonly groupId: string,
    private readonly registry: SchemaRegistry,
    private readonly since: number,
  ) {}

  /**
   * Reads the existing records of the minutes from `since` on, and continues to read.
   * @param since first instant of a minute, milliseconds since 1970-01-01 UTC
   */
  static async open(settings: LocalSettings, since: number): Promise<Results> {
    const kafka = kafkaClient(settings);
    const groupId = `clicks-${process.pid}-${Date.now()}`;
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: MAX_WAIT_MS });
    const registry = new SchemaRegistry({ host: addresses(settings).registry });
    const results = new Results(kafka.admin(), consumer, groupId, registry, since);
    await results.begin();
    return results;
  }

  /** The counts so far. */
  get counts(): ClickCounts {
    return { named: this.named, unknown: this.unknown };
  }

  async close(): Promise<void> {
    await this.consumer.disconnect();
    await this.admin.deleteGroups([this.groupId]).catch(() => undefined);
    await this.admin.disconnect();
  }

  private async begin(): Promise<void> {
    const { ids, items, unknown, counts } = CLICKS_TOPICS;
    await this.admin.connect();
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [ids, items, unknown, counts] });
    const starts: TopicPartitionOffset[] = [];
    for (const topic of [ids, items, unknown, counts]) {
      // A record is not older than the clicks that it counts. All versions of the catalogue are needed.
      const partitions = await this.admin.fetchTopicOffsetsByTimestamp(
        topic,
        topic === items ? 0 : this.since,
      );
      starts.push(...partitions.map((partition) => ({ topic, ...partition })));
      if (topic === ids || topic === items) await this.rememberEnds(topic, partitions);
    }
    let isAtStart = false;
    await this.consumer.run({
      autoCommit: false,
      // Records that arrive before the seek arrive again after it.
      eachMessage: async ({ topic, partition, message }) => {
        if (isAtStart) await this.take(topic, partition, message);
      },
    });
    for (const start of starts) this.consumer.seek(start);
    isAtStart = true;
    while (this.missing.size > 0) await sleep(POLL_MS);
  }

  private async rememberEnds(
    topic: string,
    starts: readonly { partition: number; offset: string }[],
  ): Promise<void> {
    for (const { partition, high } of await this.admin.fetchTopicOffsets(topic)) {
      const start = starts.find((it) => it.partition === partition)?.offset ?? high;
      if (Number(start) < Number(high)) this.missing.set(`${topic}/${partition}`, Number(high));
    }
  }

  private async take(topic: string, partition: number, message: KafkaMessage): Promise<void> {
    const { ids, items, unknown } = CLICKS_TOPICS;
    const key = (message.key && (await this.registry.decode(message.key))) as unknown;
    const value = (message.value && (await this.registry.decode(message.value))) as unknown;
    const end = this.missing.get(`${topic}/${partition}`);
    if (topic === items) {
      const name = (value as { name: string } | null)?.name ?? null;
      this.catalogue.push({ id: (key as { id: number }).id, name, since: Number(message.timestamp) });
    } else if (topic === ids) {
      if (end !== undefined) this.add(value as Click);
    } else if (topic === unknown) {
      if ((value as Click).time >= this.since) this.unknown++;
    } else {
      this.count(key as { name: string; minute: number }, value as { clicks: number } | null);
    }
    if (end !== undefined && Number(message.offset) >= end - 1) this.missing.delete(`${topic}/${partition}`);
  }

  private add({ id, time }: Click): void {
    if (time >= this.since) this.earlier.push({ id, time });
  }

  /** A later count replaces an earlier one. */
  private count({ name, minute }: { name: string; minute: number }, value: { clicks: number } | null): void {
    if (minute < this.since) return;
    const byMinute = this.named.get(name) ?? new Map<number, number>();
    this.named.set(name, byMinute);
    if (value) byMinute.set(minute, value.clicks);
    else byMinute.delete(minute);
  }
}
