/** Reads Kafka without end: rows into the store, and what is known of stations, archives and markers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../producer/log';
import { Brokers } from '../../producer/publish/kafkajs-inner';
import type { SchemaRegistry } from '../../producer/publish/registry';
import { rootCause } from '../../producer/publish/root-cause';
import { partitionsOf } from '../../producer/publish/topic';
import { AvroDecoder, type Decoded } from './kafka/avro-decoder';
import { CommittedReader } from './kafka/committed-reader';
import { RowCollector, type RowKey, type RowValue } from './kafka/rows';
import type { Change, Store } from './store/store';

/** Rows of one transaction of the store. */
const WRITE_ROWS = 50_000;
/** How long it waits when there is nothing new, and after an error. */
const [IDLE_MS, RETRY_MS] = [200, 1_000];
/** How often it reads the small topics. */
const SINKS_MS = 1_000;
/** How often it looks for topics that did not exist, and whether the topic of the rows is still the same. */
const LOOK_MS = 10_000;

/** Takes the records of a small topic, which is read from its start. */
export interface TopicSink {
  readonly topic: string;
  /** Takes a record; null deletes its key. May throw when the record is not as expected. */
  take(record: Decoded<unknown, unknown>): void;
  /** Called when all records that there are have been taken. @default - nothing is done */
  caughtUp?(): Promise<void>;
}

/** What it reads, and who is told. */
export interface SourceOptions {
  readonly bootstrapServers: readonly string[];
  /** Topic of the rows. */
  readonly topic: string;
  readonly registry: Pick<SchemaRegistry, 'schemaOf'>;
  readonly log: Logger;
  /** Opens the store for the topic with an id. It is called again when the topic was created again. */
  readonly openStore: (topicId: string) => Promise<Store>;
  readonly sinks: readonly TopicSink[];
  readonly onChanges: (changes: readonly Change[]) => void;
}

/** Whether reading works. */
export interface SourceState {
  /** Since when nothing can be read, and why. @default - reading works */
  readonly outage?: { readonly since: number; readonly reason: string };
  /** Records that are in Kafka and were not read yet. */
  readonly behind: number;
  /** Messages that could not be decoded. */
  readonly undecodable: number;
}

/** Connections and readers, which are made again after an error. */
interface Connection {
  readonly brokers: Brokers;
  readonly rows: CommittedReader | undefined;
  readonly sinks: readonly { readonly reader: CommittedReader; readonly sink: TopicSink }[];
  readonly store: Store | undefined;
  readonly topicId: string | undefined;
  readonly madeAt: number;
}

export class Source {
  private outage: SourceState['outage'];
  private undecodable = 0;
  private reader: CommittedReader | undefined;
  private readonly decoder: AvroDecoder;
  private readonly collected = new RowCollector();

  constructor(private readonly options: SourceOptions) {
    this.decoder = new AvroDecoder(options.registry);
  }

  get state(): SourceState {
    return { outage: this.outage, behind: this.reader?.behind ?? 0, undecodable: this.undecodable };
  }

  /** Reads until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const brokers = new Brokers(this.options.bootstrapServers, this.options.log);
      try {
        await brokers.connect();
        await this.read(brokers, signal);
      } catch (error) {
        this.failed(error);
      } finally {
        await brokers.close().catch(() => undefined);
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async read(brokers: Brokers, signal: AbortSignal): Promise<void> {
    let connection = await this.open(brokers);
    this.works();
    for (let sinksReadAt = 0; !signal.aborted;) {
      if (Date.now() - sinksReadAt >= SINKS_MS) {
        for (const { reader, sink } of connection.sinks) await this.readSink(reader, sink);
        sinksReadAt = Date.now();
      }
      const count = await this.readRows(connection);
      this.works();
      if (Date.now() - connection.madeAt > LOOK_MS) connection = await this.open(brokers, connection);
      if (count === 0) await sleep(IDLE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Makes readers of the topics that exist. Readers of topics that existed before go on. */
  private async open(brokers: Brokers, before?: Connection): Promise<Connection> {
    const { topic: rowTopic, sinks, openStore } = this.options;
    const partitions = new Map<string, number>();
    for (const topic of [rowTopic, ...sinks.map((sink) => sink.topic)]) {
      const count = await partitionsOf(brokers.kafka, topic);
      if (count > 0) partitions.set(topic, count);
    }
    await brokers.loadTopics(...partitions.keys());
    const topicId = partitions.has(rowTopic) ? await brokers.topicId(rowTopic) : undefined;
    const isSame = before?.topicId === topicId && before?.rows?.partitions === partitions.get(rowTopic);
    const store = isSame ? before?.store : topicId === undefined ? undefined : await openStore(topicId);
    const rows = isSame
      ? before?.rows
      : store && new CommittedReader(brokers, rowTopic, partitions.get(rowTopic)!, store.offsets);
    this.reader = rows;
    const readers = sinks.flatMap((sink) => {
      const count = partitions.get(sink.topic);
      if (count === undefined) return [];
      const there = before?.sinks.find((one) => one.sink === sink && one.reader.partitions === count);
      return [there ?? { reader: new CommittedReader(brokers, sink.topic, count), sink }];
    });
    return { brokers, rows, sinks: readers, store, topicId, madeAt: Date.now() };
  }

  /** Reads what there is now. Returns how many records. */
  private async readRows({ rows, store }: Connection): Promise<number> {
    if (!rows || !store) return 0;
    let count = 0;
    const offsets = new Map<number, bigint>();
    const write = async (): Promise<void> => {
      if (offsets.size === 0) return;
      const changes = await store.write(this.collected.take(), new Map(offsets));
      offsets.clear();
      this.options.onChanges(changes);
    };
    try {
      for await (const batch of rows.read()) {
        const { records, undecodable } = await this.decoder.decode<RowKey, RowValue>(batch);
        const refused = this.collected.add(records, batch.publishedAt);
        this.report(this.options.topic, batch.partition, [...undecodable, ...refused]);
        offsets.set(batch.partition, batch.nextOffset);
        count += batch.messages.length;
        if (this.collected.size >= WRITE_ROWS) await write();
      }
      await write();
    } finally {
      // After an error, reading goes on from what the store has.
      this.collected.take();
    }
    return count;
  }

  private async readSink(reader: CommittedReader, sink: TopicSink): Promise<void> {
    for (let some = true; some;) {
      some = false;
      for await (const batch of reader.read()) {
        some ||= batch.messages.length > 0;
        const { records, undecodable } = await this.decoder.decode(batch);
        const refused: string[] = [];
        for (const record of records) {
          try {
            sink.take(record);
          } catch (error) {
            refused.push(`offset ${record.offset}: ${(error as Error).message}`);
          }
        }
        this.report(sink.topic, batch.partition, [...undecodable, ...refused]);
      }
    }
    await sink.caughtUp?.();
  }

  private report(topic: string, partition: number, problems: readonly string[]): void {
    if (problems.length === 0) return;
    this.undecodable += problems.length;
    const more = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
    this.options.log.warn(`left out of ${topic}: partition ${partition}, ${problems[0]}${more}`);
  }

  private works(): void {
    if (this.outage) this.options.log.info('reading again');
    this.outage = undefined;
  }

  private failed(error: unknown): void {
    const reason = rootCause(error).message;
    if (!this.outage) this.options.log.warn(`reading stopped: ${reason}; trying again`);
    this.outage = { since: this.outage?.since ?? Date.now(), reason };
  }
}
