/**
 * Reads the committed records of the progress topic.
 *
 * It reads up to the end of each partition, not to the last stable offset at which a read_committed consumer
 * stops: an open transaction of any other station would hide what this one has committed. What is committed
 * is decided here, by the markers that end the transactions. A transaction without a marker is not finished,
 * so it cannot be one of a station whose transactional id was taken before.
 */
import type { Brokers } from '../publish/kafkajs-inner';
import { rootCause } from '../publish/root-cause';
import { readBatches } from '../records/batch-reader';
import type { Message } from '../records/message-records';
import { schemaIdOf } from '../records/wire-format';
import { decodeKey, decodeProgress, type Progress, type ProgressKey } from './progress';

/** What is read of a partition. */
interface PartitionState {
  /** Offset of the next record. */
  next: bigint;
  /** Messages of transactions whose end was not read yet, by the id of their producer. */
  readonly open: Map<bigint, Message[]>;
}

/** Told of each committed record: the progress of a key, or null when it is deleted. */
export type ProgressSink = (key: ProgressKey, progress: Progress | null) => void;

/** Reads the topic once, and later what was added. */
export class ProgressReader {
  private readonly states: readonly PartitionState[];
  private keyId: number | undefined;
  private readonly partitions = new Map<string, number>();

  /** @param count number of partitions of the topic */
  constructor(
    private readonly brokers: Brokers,
    private readonly topic: string,
    count: number,
    private readonly sink: ProgressSink,
  ) {
    this.states = Array.from({ length: count }, () => ({ next: 0n, open: new Map<bigint, Message[]>() }));
  }

  /** Reads what was added since the last call. Rejects with Kafka's or the network's error. */
  async catchUp(): Promise<void> {
    for (const [partition, state] of this.states.entries()) await this.read(partition, state);
  }

  /** Id of the schema of the keys in the registry; undefined until a record was read. */
  get keySchemaId(): number | undefined {
    return this.keyId;
  }

  /**
   * The partition with the progress of a station; undefined when there is none. A station stays on its
   * partition when the topic gets more, so that each key has one latest record.
   */
  partitionOf(site: string): number | undefined {
    return this.partitions.get(site);
  }

  private async read(partition: number, state: PartitionState): Promise<void> {
    const leader = await this.brokers.leaderOf(this.topic, partition);
    const end = await leader.endOffset();
    if (state.next === 0n) state.next = await leader.startOffset();
    while (state.next < end) {
      const before = state.next;
      const { batches } = await leader.fetch(state.next).catch((error: unknown) => {
        if (rootCause(error).type !== 'OFFSET_OUT_OF_RANGE') throw error;
        throw new Error(
          `partition ${partition} of ${this.topic} no longer has the offset ${before}: was the topic deleted?`,
          { cause: error },
        );
      });
      for await (const batch of readBatches(batches)) {
        // The first batch of a response may begin before the offset that was asked for.
        const messages = batch.messages.filter(({ offset }) => offset >= before);
        if (batch.marker) {
          if (batch.marker === 'commit') this.apply(partition, state.open.get(batch.producerId) ?? []);
          state.open.delete(batch.producerId);
        } else if (batch.isTransactional) {
          state.open.set(batch.producerId, [...(state.open.get(batch.producerId) ?? []), ...messages]);
        } else {
          this.apply(partition, messages);
        }
        if (batch.nextOffset > state.next) state.next = batch.nextOffset;
      }
      if (state.next === before) {
        throw new Error(`partition ${partition} of ${this.topic} gives nothing at the offset ${before}`);
      }
    }
  }

  private apply(partition: number, messages: readonly Message[]): void {
    for (const message of messages) {
      const key = decodeKey(message);
      this.keyId = schemaIdOf(message.key);
      this.partitions.set(key.site, partition);
      this.sink(key, decodeProgress(message));
    }
  }
}
