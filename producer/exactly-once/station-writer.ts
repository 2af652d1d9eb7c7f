/**
 * Publishes the rows of one station. Rows and the progress of their archives are committed in one
 * transaction, under a transactional id of the station: whatever the number of workers, one producer at a
 * time can write a station's rows.
 */
import { UserError } from '../../contract/user-error';
import type { EncodedBatch } from '../records/encoder';
import { messageRecords, type Message } from '../records/message-records';
import { PartitionSender, type SenderOptions } from '../publish/partition-sender';
import { TransactionLost } from '../publish/transaction-lost';
import {
  attempt,
  type TransactionalProducer,
  type TransactionOptions,
} from '../publish/transactional-producer';

/** What the writers of one run share. */
export interface WriterOptions extends TransactionOptions {
  /** For the topic of the rows. */
  readonly rows: SenderOptions;
  /** Id of the topic of the rows, which the progress names. @default - no rows are published */
  readonly topicId?: string;
  /** For the topic of the progress. */
  readonly progress: SenderOptions;
}

/** Partitions that a station's rows and progress go to. */
export interface StationPartitions {
  readonly rows: number;
  readonly progress: number;
}

/** Prefix of all transactional ids, by which access to them can be allowed. */
const ID_PREFIX = 'strain-producer';

/** The transactional id of a station. */
export const transactionalIdOf = (topic: string, site: string): string => `${ID_PREFIX}.${topic}.${site}`;

/** Writes the rows of a station until another writer takes the station. */
export class StationWriter {
  private readonly rows: PartitionSender;
  private readonly progress: PartitionSender;
  /** Settles when the transaction before is ended. */
  private ended: Promise<void> = Promise.resolve();
  /** Settles when the open transaction has begun; undefined while there is none. */
  private begun: Promise<void> | undefined;
  private sent: Promise<void>[] = [];
  private openRows = 0;
  private beganAt = 0;

  /** @param producer that has taken the transactional id of the station */
  constructor(
    readonly site: string,
    private readonly producer: TransactionalProducer,
    private readonly partitions: StationPartitions,
    private readonly options: WriterOptions,
  ) {
    this.rows = new PartitionSender(partitions.rows, producer.id, options.rows);
    this.progress = new PartitionSender(partitions.progress, producer.id, options.progress);
  }

  /** Rows in the open transaction. */
  get uncommittedRows(): number {
    return this.openRows;
  }

  /** Milliseconds since the open transaction began; 0 while there is none. */
  get age(): number {
    return this.begun ? performance.now() - this.beganAt : 0;
  }

  /**
   * Sends a batch in the open transaction, which begins with the first. Resolves when the batch is
   * acknowledged. Rejects with TransactionLost when the rows can be published again, and with a UserError
   * otherwise: `FENCED` when another producer has taken the station.
   */
  publish(batch: EncodedBatch): Promise<void> {
    this.openRows += batch.count;
    const done = this.judging(this.begin().then(() => this.rows.send(batch)));
    done.catch(() => undefined); // the commit sees it
    this.sent.push(done);
    return done;
  }

  /**
   * Commits the rows that were published, with these messages of the progress topic. Rows that are published
   * next belong to the next transaction. Rejects as `publish` does; then nothing of the transaction is
   * committed, unless the rejection is a UserError.
   */
  commit(progress: readonly Message[]): Promise<void> {
    const begun = this.begin();
    const sent = [...this.sent];
    const hasRows = sent.length > 0;
    this.begun = undefined;
    this.sent = [];
    this.openRows = 0;
    this.ended = this.judging(
      begun
        .then(() => Promise.all([...sent, this.progress.send(messageRecords(progress))]))
        .then(() => (hasRows ? this.checkTopic() : undefined))
        .then(() => this.producer.end(true)),
    );
    this.ended.catch(() => undefined); // the caller and the next transaction see it
    return this.ended;
  }

  /** Aborts the open transaction, if there is one, so that readers do not wait for its timeout. */
  async abort(): Promise<void> {
    const { begun, sent } = this;
    this.begun = undefined;
    this.sent = [];
    this.openRows = 0;
    await this.ended.catch(() => undefined);
    if (!begun) return;
    await begun;
    await Promise.allSettled(sent);
    await this.producer.end(false);
  }

  /**
   * Rejects when the rows may be in another topic than the progress says. Kafka takes rows by the name of the
   * topic: when it is deleted and created again, it takes what follows without an error. Progress with the id
   * of the old topic would let the next run publish these rows again.
   *
   * All rows are acknowledged now, so if their leader still knows the topic by its old id, they went there.
   */
  private async checkTopic(): Promise<void> {
    const { rows, topicId, where } = this.options;
    const id = await attempt(this.options, `give the id of the topic ${rows.topic}`, () =>
      this.rows.topicId(),
    );
    if (id === topicId) return;
    throw new UserError(
      'TOPIC_RECREATED',
      `the topic ${rows.topic} at ${where} was deleted and created again while rows were published to it`,
      { fix: 'run the same command again: it publishes everything to the new topic' },
    );
  }

  /** Work of the open transaction, whose failure says whether the station was taken. */
  private judging<T>(work: Promise<T>): Promise<T> {
    const { beganAt } = this;
    return work.catch((error: unknown) => {
      // Kafka gives the same error when it has aborted a transaction that took too long.
      const tookTooLong = performance.now() - beganAt >= this.options.transactionTimeout * 1000;
      if (!(error instanceof TransactionLost) || !error.isFenced || tookTooLong) throw error;
      throw new UserError(
        'FENCED',
        `another producer has taken over the station ${this.site} (transactional id ${this.producer.id.transactionalId}); ` +
          'what this one had not committed is left to it',
        {
          fix: 'let only one producer publish a station: give several workers different values of --share',
          cause: error,
        },
      );
    });
  }

  private begin(): Promise<void> {
    if (!this.begun) {
      this.beganAt = performance.now();
      this.begun = this.ended.then(() =>
        this.producer.begin([
          { topic: this.options.rows.topic, partitions: [this.partitions.rows] },
          { topic: this.options.progress.topic, partitions: [this.partitions.progress] },
        ]),
      );
      this.begun.catch(() => undefined); // each batch sees it
    }
    return this.begun;
  }
}
