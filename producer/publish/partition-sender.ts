/**
 * Sends the record batches of a partition, several at a time, so that each is stored once and in order
 * whatever fails.
 *
 * It rests on the broker's side of idempotence (KIP-98): the leader stores a batch only when its sequence
 * number follows that of the batch before, and recognizes the last five batches of a producer id. After any
 * failure, all batches that are not acknowledged are sent again with the same bytes, oldest first: those that
 * were stored are recognized, the others are stored. Three rules keep the leader able to do so:
 *
 * - At most five batches are in flight.
 * - Nothing is sent again until every request in flight is answered or lost, so that no two copies race. Then
 *   batches are sent one at a time. Otherwise the leader could store five later batches while the answers for
 *   a stored one keep failing, and would forget that it has stored that one.
 * - The first batch of a producer id is sent by itself. A leader that does not know the id takes any sequence
 *   number, so if the first batch failed, it would take the second as the first.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from '../log';
import type { Codec } from '../records/compression';
import { type BatchRecords, type ProducerId, sequenceAfter } from '../records/record-batch';
import { deliveryFailure, type Destination, sendFailure } from './failures';
import { type Brokers, type Leader, REQUEST_TIMEOUT } from './kafkajs-inner';
import { isLimit, withLimit } from './limit';
import type { Outage } from './outage';
import { cut, pack, type PackedBatch } from './packed-batch';
import { rootCause } from './root-cause';
import { TransactionLost } from './transaction-lost';
import { cutWaiting, newWaiting, renumber, requestFor, type WaitingBatch } from './waiting-batch';

/** Batches whose repetition a broker recognizes (KIP-98; Kafka's `max.in.flight.requests.per.connection`). */
export const MAX_IN_FLIGHT = 5;

/** Pause after the first failure, and longest pause, milliseconds. It doubles until rows are acknowledged. */
const FIRST_PAUSE = 50;
const MAX_PAUSE = 2_000;

/** What senders of one topic share. */
export interface SenderOptions extends Destination {
  readonly brokers: Brokers;
  readonly codec: Codec;
  readonly outage: Outage;
  readonly log: Logger;
  /** Gives up what is in flight. @default - tries up to the delivery timeout */
  readonly giveUp?: AbortSignal;
}

/** Sends batches to one partition. */
export class PartitionSender {
  /** What is not acknowledged, the oldest first. */
  private waiting: WaitingBatch[] = [];
  private inFlight = 0;
  private leader: Leader | undefined;
  /** Whether the leader has stored a batch of the producer id. */
  private isKnown = false;
  private isRecovering = false;
  /** Whether a request failed since the last recovery. */
  private isBroken = false;
  private failures = 0;
  private failure: Error | undefined;
  private readonly ended = new AbortController();
  /** Size of the smallest batch that was too large. */
  private refusedSize = Infinity;
  /** Settles when the batches that were given are in `waiting`. */
  private tail: Promise<unknown> = Promise.resolve();

  /** @param sequence number of the first record @default 0 */
  constructor(
    private readonly partition: number,
    private producer: ProducerId,
    private readonly options: SenderOptions,
    private sequence = 0,
  ) {}

  /**
   * Sends a batch after all earlier ones. Resolves when it is acknowledged. After a failure, this and all
   * later calls reject with the same error: a UserError, or TransactionLost.
   */
  send(encoded: BatchRecords): Promise<void> {
    const { codec, deliveryTimeout, giveUp } = this.options;
    const packed = pack(encoded, codec); // at once, next to the batches before it
    const stored = this.tail.then(async () => {
      const parts = await cut(await packed, codec, this.refusedSize);
      return { done: Promise.all(parts.map((part) => this.enqueue(part))) };
    });
    this.tail = stored.catch((error: unknown) => this.fail(error, encoded.bytes));
    const done = stored.then(({ done }) => done);
    const limit = { milliseconds: deliveryTimeout * 1000, signal: giveUp };
    return withLimit(done, limit).then(
      () => undefined,
      (error: unknown) => {
        const { error: last } = this.waiting.find(({ error }) => error !== undefined) ?? {};
        if (isLimit(error)) error.cause = last;
        throw this.fail(error, encoded.bytes);
      },
    );
  }

  /** Id of the topic, as the leader knows it that has acknowledged the last batch. */
  async topicId(): Promise<string> {
    const { brokers, topic } = this.options;
    const leader = this.leader?.isReady ? this.leader : await brokers.leaderOf(topic, this.partition);
    return leader.topicId();
  }

  private enqueue(batch: PackedBatch): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const { sequence } = this;
      this.sequence = sequenceAfter(sequence, batch.encoded.count);
      this.waiting.push(newWaiting({ batch, sequence, resolve, reject }));
      this.flow();
    });
  }

  /** Sends what may be sent now. */
  private flow(): void {
    if (this.isRecovering || this.isBroken || this.failure) return;
    for (const waiting of this.waiting) {
      if (waiting.inFlight) continue;
      if (this.inFlight >= this.mayBeInFlight()) return;
      if (!this.leader?.isReady) {
        // At the start, and after a long pause, in which a broker closes the connection.
        if (this.inFlight === 0) void this.recover();
        return;
      }
      this.transmit(waiting, this.leader);
    }
  }

  private mayBeInFlight(): number {
    return this.isKnown && !this.waiting[0]?.isRepeated ? MAX_IN_FLIGHT : 1;
  }

  private transmit(waiting: WaitingBatch, leader: Leader): void {
    waiting.inFlight = true;
    this.inFlight += 1;
    this.produce(waiting, leader).then(
      () => this.settle(waiting, undefined),
      (error: unknown) => this.settle(waiting, error),
    );
  }

  /** One attempt. Resolves when the leader has the batch, now or from an earlier attempt. */
  private async produce(waiting: WaitingBatch, leader: Leader): Promise<void> {
    const target = { topic: this.options.topic, partition: this.partition, timeout: REQUEST_TIMEOUT };
    try {
      await leader.produce(requestFor(waiting, this.producer, target));
    } catch (error) {
      if (sendFailure(error) !== 'stored') throw error;
    }
  }

  private settle(waiting: WaitingBatch, error: unknown): void {
    this.inFlight -= 1;
    waiting.inFlight = false;
    if (error === undefined) this.acknowledge(waiting);
    else {
      const failure = sendFailure(error, this.producer);
      // Only the oldest batch shows whether sequence numbers are lost: others fail when one before them did.
      const isBehind = failure === 'sequence lost' && waiting !== this.waiting[0];
      Object.assign(waiting, { error, failure: isBehind ? 'behind' : failure, isRepeated: true });
      this.isBroken = true;
    }
    if (!this.isBroken) this.flow();
    else if (this.inFlight === 0) void this.recover();
  }

  private acknowledge(waiting: WaitingBatch): void {
    if (this.failure) return;
    this.waiting.splice(this.waiting.indexOf(waiting), 1);
    this.failures = 0;
    this.isKnown = true;
    this.options.outage.acknowledged(this);
    waiting.batch.release();
    waiting.resolve();
  }

  /** Makes it possible to send again. Nothing is in flight then. */
  private async recover(): Promise<void> {
    this.isRecovering = true;
    for (;;) {
      const oldest = this.waiting[0];
      if (this.failure || !oldest) break;
      try {
        await this.repair(oldest);
        if (this.failure) break;
        for (const waiting of this.waiting) waiting.failure = undefined;
        this.leader = await this.options.brokers.leaderOf(this.options.topic, this.partition);
        break;
      } catch (error) {
        Object.assign(oldest, { error, failure: sendFailure(error) });
      }
    }
    this.isRecovering = false;
    this.isBroken = false;
    this.flow();
  }

  /**
   * Does what the failure of the oldest batch asks for before it can be sent again. Those of later ones may
   * only follow from it.
   */
  private async repair({ error, failure, batch }: WaitingBatch): Promise<void> {
    const { encoded, size } = batch;
    if (failure === undefined || failure === 'behind') return;
    if (failure === 'transaction over') {
      this.fail(new TransactionLost(error), encoded.bytes);
    } else if (failure === 'refused' || (failure === 'too large' && encoded.count === 1)) {
      this.fail(error, encoded.bytes);
    } else if (failure === 'too large') {
      this.refusedSize = Math.min(this.refusedSize, size);
      await this.cutWaiting();
    } else if (failure === 'sequence lost') {
      if (await this.findStored()) return;
      if (this.producer.transactionalId !== undefined) {
        // The broker leaves out what it has stored of the transaction, so nothing has to be guessed.
        this.fail(new TransactionLost(error), encoded.bytes);
        return;
      }
      await this.pause(error);
      await this.startOver(error);
    } else {
      await this.pause(error);
      // A silent connection may be dead at the other end.
      if (failure === 'no answer') await this.leader?.close();
    }
  }

  /**
   * Looks for the last batch that the leader has stored, after it refused the sequence number of the oldest.
   * A broker that was restarted recognizes only the last batch of a producer id. That one, and the one that
   * follows it, are accepted, and either proves that all before it are stored.
   */
  private async findStored(): Promise<boolean> {
    for (const [index, later] of [...this.waiting.entries()].slice(1)) {
      if (!this.leader) return false;
      try {
        await this.produce(later, this.leader);
      } catch (error) {
        if (['retriable', 'no answer'].includes(sendFailure(error))) throw error;
        later.isRepeated = true;
        continue;
      }
      for (const stored of this.waiting.slice(0, index + 1)) this.acknowledge(stored);
      return true;
    }
    return false;
  }

  /** Pauses before rows are sent again, longer after each failure. */
  private async pause(error: unknown): Promise<void> {
    this.options.outage.failed(this, error);
    const pause = Math.min(FIRST_PAUSE * 2 ** this.failures, MAX_PAUSE);
    this.failures += 1;
    await sleep(pause, undefined, { signal: this.ended.signal }).catch(() => undefined);
  }

  /** Cuts the batches that are too large. */
  private async cutWaiting(): Promise<void> {
    const before = [...this.waiting];
    const after: WaitingBatch[] = [];
    for (const waiting of before) {
      after.push(...(await cutWaiting(waiting, this.options.codec, this.refusedSize)));
    }
    this.waiting.splice(0, before.length, ...after);
  }

  /**
   * Goes on under a new producer id. The broker forgot the old one, or has lost rows: it does not tell which,
   * and cannot tell which of the waiting batches it has stored.
   */
  private async startOver(error: unknown): Promise<void> {
    const { brokers, log } = this.options;
    const sent = this.waiting.filter(({ header }) => header !== undefined);
    this.producer = await brokers.newProducerId();
    log.warn(
      `Kafka no longer knows this producer's sequence numbers (${rootCause(error).type}): continuing under a new producer id; ` +
        `up to ${sent.reduce((sum, { batch }) => sum + batch.encoded.count, 0)} rows may be in the topic twice, ` +
        'and if a broker lost its log, rows that it acknowledged are missing',
    );
    this.isKnown = false;
    this.sequence = renumber(this.waiting);
  }

  /** Ends sending. Returns the error for the caller. */
  private fail(error: unknown, rowBytes: number): Error {
    if (!this.failure) {
      this.failure = deliveryFailure(error, this.options, rowBytes);
      this.ended.abort();
      for (const { reject } of this.waiting) reject(this.failure);
    }
    return this.failure;
  }
}
