/**
 * Reads the progress topic, and keeps the latest progress of every archive.
 *
 * It reads up to the end of each partition, not to the last stable offset at which a read_committed consumer
 * stops: an open transaction of any other station would hide what this one has committed. What is committed
 * is decided here, by the markers that end the transactions. A transaction without a marker is not finished,
 * so it cannot be one of a station whose transactional id was taken before.
 */
import { SESSIONS } from '../bottle/session';
import type { Brokers } from '../publish/kafkajs-inner';
import { rootCause } from '../publish/root-cause';
import { readBatches } from '../records/batch-reader';
import type { Message } from '../records/message-records';
import { decodeKey, decodeProgress, keyText, type Progress, type ProgressKey } from './progress';
import { schemaIdOf } from '../records/wire-format';

/** What is read of a partition. */
interface PartitionState {
  /** Offset of the next record. */
  next: bigint;
  /** Messages of transactions whose end was not read yet, by the id of their producer. */
  readonly open: Map<bigint, Message[]>;
}

/** The latest progress by station and archive. */
export class ProgressLog {
  private readonly states: readonly PartitionState[];
  private keyId: number | undefined;
  private readonly partitions = new Map<string, number>();
  private readonly latest = new Map<string, Map<string, Progress>>();

  /** @param count number of partitions of the topic */
  constructor(
    private readonly brokers: Brokers,
    private readonly topic: string,
    count: number,
  ) {
    this.states = Array.from({ length: count }, () => ({ next: 0n, open: new Map<bigint, Message[]>() }));
  }

  /** Reads what was added since the last call. Rejects with Kafka's or the network's error. */
  async catchUp(): Promise<void> {
    for (const [partition, state] of this.states.entries()) await this.read(partition, state);
  }

  /** Progress of the sessions of a station in an archive. */
  of(site: string, archive: string): Progress[] {
    return SESSIONS.map((session) => this.get({ site, archive, session })).filter((it) => it !== undefined);
  }

  /** Progress of all archives of a station. */
  ofStation(site: string): Progress[] {
    return [...(this.latest.get(site)?.values() ?? [])];
  }

  /** Progress of one session of a station in an archive. */
  get(key: ProgressKey): Progress | undefined {
    return this.latest.get(key.site)?.get(keyText(key));
  }

  /** Id of the schema of the keys in the registry; undefined until a record was read. */
  get keySchemaId(): number | undefined {
    return this.keyId;
  }

  /** Stations with progress, in alphabetical order. */
  get sites(): string[] {
    return [...this.latest.keys()].sort();
  }

  /**
   * The partition with the progress of a station; undefined when there is none. A station stays on its
   * partition when the topic gets more, so that each key has one latest record.
   */
  partitionOf(site: string): number | undefined {
    return this.partitions.get(site);
  }

  /** Notes what this process has committed, before it is read back. */
  put(key: ProgressKey, progress: Progress | null): void {
    const station = this.latest.get(key.site) ?? new Map<string, Progress>();
    this.latest.set(key.site, station);
    if (progress) station.set(keyText(key), progress);
    else station.delete(keyText(key));
    if (station.size === 0) this.latest.delete(key.site);
  }

  private async read(partition: number, state: PartitionState): Promise<void> {
    const leader = await this.brokers.leaderOf(this.topic, partition);
    const end = await leader.endOffset();
    if (state.next === 0n) state.next = await leader.startOffset();
    while (state.next < end) {
      const before = state.next;
      const batches = await leader.fetch(state.next).catch((error: unknown) => {
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
      this.put(key, decodeProgress(message));
    }
  }
}
