/**
 * The transactions of one transactional id (KIP-98): at most one producer has it, and what it writes to any
 * partitions becomes visible at once.
 */
import { UserError } from '../../contract/user-error';
import type { Logger } from '../log';
import type { ProducerId } from '../records/record-batch';
import type { Brokers, Coordinator, TopicPartitions } from './kafkajs-inner';
import { isLimit, retryWithin } from './limit';
import { reportRetries } from './retry-log';
import { rootCause } from './root-cause';
import { TransactionLost } from './transaction-lost';

/** First and longest pause before a request is repeated, milliseconds. */
const FIRST_PAUSE = 5;
const MAX_PAUSE = 1_000;

/** Failures that pass within this time are not worth a message: a coordinator loads, or moves. */
const SILENT = 1_000;

/**
 * The broker is still writing the end of the previous transaction, which takes milliseconds. It answers so
 * after almost every commit.
 */
const BUSY = 'CONCURRENT_TRANSACTIONS';
/** The transaction cannot go on; its transactional id can be used again. */
const LOST = new Set(['INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING', 'INVALID_TXN_STATE']);
/** Nothing was done with a partition, because another one of the request was refused. */
const NOT_ATTEMPTED = 'OPERATION_NOT_ATTEMPTED';
/** Repeating the request cannot help. */
const REFUSED = new Set([
  NOT_ATTEMPTED,
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'INVALID_TRANSACTION_TIMEOUT',
  'UNSUPPORTED_VERSION',
]);

/** What the producers of one run share. */
export interface TransactionOptions {
  readonly brokers: Brokers;
  readonly log: Logger;
  /** `Kafka at ADDRESS`, for messages. */
  readonly where: string;
  /** Seconds after which the broker aborts a transaction. */
  readonly transactionTimeout: number;
  /** Seconds that a request is repeated for. */
  readonly deliveryTimeout: number;
  /** Ends the waits. @default - waits to the limit */
  readonly giveUp?: AbortSignal;
  /** Called for each request that failed and is repeated. @default - nothing is called */
  readonly onRetry?: () => void;
}

/** The producer that has a transactional id until another one takes it. */
export class TransactionalProducer {
  private coordinator: Coordinator | undefined;

  private constructor(
    /** The id under which batches are sent, with the epoch that this producer has. */
    readonly id: ProducerId & { readonly transactionalId: string },
    private readonly options: TransactionOptions,
  ) {}

  /**
   * Takes a transactional id. Whoever had it is fenced: its open transaction is aborted, and all of its later
   * requests are refused. Throws a UserError when Kafka does not allow it, or does not answer in time.
   */
  static async take(transactionalId: string, options: TransactionOptions): Promise<TransactionalProducer> {
    const { brokers, transactionTimeout } = options;
    const id = await attempt(options, `take the transactional id ${transactionalId}`, async () => {
      const coordinator = await brokers.coordinatorOf(transactionalId);
      return coordinator.initProducerId(transactionTimeout * 1000);
    });
    return new TransactionalProducer({ ...id, transactionalId }, options);
  }

  /** Begins a transaction that writes to these partitions. Throws TransactionLost or a UserError. */
  async begin(topics: readonly TopicPartitions[]): Promise<void> {
    try {
      await this.ask('begin a transaction', (coordinator) => coordinator.addPartitions(this.id, topics));
    } catch (error) {
      if (rootCause(error).type !== NOT_ATTEMPTED) throw error;
      // Another topic was refused. Asked for by itself, it says why.
      for (const one of topics) {
        await this.ask('begin a transaction', (coordinator) => coordinator.addPartitions(this.id, [one]));
      }
    }
  }

  /**
   * Commits or aborts the transaction. A repeated request gets the same answer, so the outcome is known as
   * soon as there is an answer. Throws TransactionLost or a UserError.
   */
  end(commit: boolean): Promise<void> {
    return this.ask(commit ? 'commit a transaction' : 'abort a transaction', (coordinator) =>
      coordinator.end(this.id, commit),
    );
  }

  private ask(what: string, request: (coordinator: Coordinator) => Promise<void>): Promise<void> {
    return attempt(this.options, what, async () => {
      this.coordinator ??= await this.options.brokers.coordinatorOf(this.id.transactionalId);
      try {
        await request(this.coordinator);
      } catch (error) {
        // It may have moved to another broker.
        if (rootCause(error).type !== BUSY) this.coordinator = undefined;
        throw error;
      }
    });
  }
}

/**
 * Repeats a request, of a transaction or for one, until Kafka answers it. `what` completes the sentence
 * "Kafka did not". Throws TransactionLost, or a UserError that says
 * that Kafka did not do it.
 */
export async function attempt<T>(
  options: TransactionOptions,
  what: string,
  request: () => Promise<T>,
): Promise<T> {
  const { log, where, deliveryTimeout, giveUp, onRetry } = options;
  const report = reportRetries(log, `${where} to ${what}`, deliveryTimeout);
  try {
    return await retryWithin(request, {
      milliseconds: deliveryTimeout * 1000,
      signal: giveUp,
      firstPause: FIRST_PAUSE,
      maxPause: MAX_PAUSE,
      canRetry: (error) => {
        const { type = '' } = rootCause(error);
        return !(error instanceof UserError) && !LOST.has(type) && !REFUSED.has(type);
      },
      onFailure: (error, elapsed) => {
        if (rootCause(error).type === BUSY) return;
        onRetry?.();
        if (elapsed >= SILENT) report(error, elapsed);
      },
    });
  } catch (error) {
    const { type = '', message } = rootCause(error);
    if (LOST.has(type)) throw new TransactionLost(error);
    if (error instanceof UserError && !isLimit(error)) throw error;
    if (!isLimit(error)) {
      throw new UserError('KAFKA_REFUSED', `${where} refuses to ${what}: ${message}`, {
        fix: fixFor(type),
        cause: error,
      });
    }
    const limit =
      error.code === 'TIMED_OUT' ? `within ${deliveryTimeout} s` : 'before the producer had to stop';
    const last = error.cause === undefined ? 'no answer' : rootCause(error.cause).message;
    throw new UserError('NOT_ACKNOWLEDGED', `${where} did not ${what} ${limit} (${last})`, {
      fix: 'check that its brokers are up, then run the same command again',
      cause: error,
    });
  }
}

function fixFor(type: string): string | undefined {
  if (type === 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED') {
    return 'allow this user the operations Write and Describe on the transactional ids that begin with strain-producer';
  }
  if (type === 'INVALID_TRANSACTION_TIMEOUT') {
    return 'give a shorter --transaction-timeout, or raise transaction.max.timeout.ms of the brokers';
  }
  return undefined;
}
