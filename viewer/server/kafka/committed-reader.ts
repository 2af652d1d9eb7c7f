/**
 * Reads the committed records of a topic, as a consumer with `isolation.level=read_committed` does, without a
 * consumer group: where it is, is kept by whoever reads.
 */
import type { Fetched } from '../../../producer/publish/fetch-request';
import { type Brokers, type Leader, REQUEST_TIMEOUT } from '../../../producer/publish/kafkajs-inner';
import { withLimit } from '../../../producer/publish/limit';
import { rootCause } from '../../../producer/publish/root-cause';
import { readBatches, type StoredBatch } from '../../../producer/records/batch-reader';

/** Committed messages of a partition. */
export interface CommittedBatch {
  readonly partition: number;
  /** Where to read on once these are processed. */
  readonly nextOffset: bigint;
  /** When they were published, milliseconds since 1970-01-01 UTC. */
  readonly publishedAt: number;
  readonly messages: StoredBatch['messages'];
}

/** Reads one topic. */
export class CommittedReader {
  private readonly next: bigint[];
  private readonly ends: bigint[];
  /** Connections to the leaders, by partition: looking one up asks for metadata. */
  private readonly leaders: (Leader | undefined)[] = [];

  /**
   * @param partitions number of partitions of the topic
   * @param offsets where to begin, by partition; from the start without
   */
  constructor(
    private readonly brokers: Brokers,
    readonly topic: string,
    readonly partitions: number,
    offsets: ReadonlyMap<number, bigint> = new Map<number, bigint>(),
  ) {
    this.next = Array.from({ length: partitions }, (_, partition) => offsets.get(partition) ?? 0n);
    this.ends = this.next.map((offset) => offset);
  }

  /** Records, those of open and aborted transactions included, between where it is and the ends. */
  get behind(): number {
    return this.next.reduce((sum, offset, partition) => sum + Number(this.ends[partition]! - offset), 0);
  }

  /**
   * Yields what one request for each partition gives. Ends when there is nothing new. Rejects with Kafka's or
   * the network's error, after which it can be called again.
   */
  async *read(): AsyncGenerator<CommittedBatch, void, undefined> {
    for (const partition of this.next.keys()) yield* this.readPartition(partition);
  }

  private async *readPartition(partition: number): AsyncGenerator<CommittedBatch, void, undefined> {
    const from = this.next[partition]!;
    const fetched = await this.fetch(partition, from);
    this.ends[partition] = fetched.end;
    for await (const batch of withoutAborted(fetched)) {
      const { nextOffset, timestamp } = batch;
      if (nextOffset <= from) continue;
      const messages = batch.messages.filter(({ offset }) => offset >= from);
      this.next[partition] = nextOffset;
      yield { partition, nextOffset, publishedAt: timestamp, messages };
    }
  }

  private async fetch(partition: number, offset: bigint): Promise<Fetched> {
    const known = this.leaders[partition];
    const leader = known?.isReady ? known : await this.brokers.leaderOf(this.topic, partition);
    this.leaders[partition] = leader;
    try {
      return await withLimit(leader.fetchCommitted(offset), { milliseconds: REQUEST_TIMEOUT });
    } catch (error) {
      this.leaders[partition] = undefined;
      if (rootCause(error).type !== 'OFFSET_OUT_OF_RANGE') throw error;
    }
    // Kafka has deleted the oldest records, by its retention. A topic that was created again has another id.
    const start = await leader.startOffset();
    if (start <= offset)
      throw new Error(`partition ${partition} of ${this.topic} does not have offset ${offset}`);
    this.next[partition] = start;
    return leader.fetchCommitted(start);
  }
}

/** Batches of messages, without markers and without those of aborted transactions. */
async function* withoutAborted({ batches, aborted }: Fetched): AsyncGenerator<StoredBatch, void, undefined> {
  const upcoming = [...aborted].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  const dropped = new Set<bigint>();
  for await (const batch of readBatches(batches)) {
    while (upcoming[0] && upcoming[0].firstOffset < batch.nextOffset)
      dropped.add(upcoming.shift()!.producerId);
    if (batch.marker === 'abort') dropped.delete(batch.producerId);
    yield batch.isTransactional && dropped.has(batch.producerId) ? { ...batch, messages: [] } : batch;
  }
}
