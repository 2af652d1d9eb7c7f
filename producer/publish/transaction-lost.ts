import { rootCause } from './root-cause';

/** Kafka's error for a producer whose epoch is no longer the latest of its transactional id. */
const FENCED = 'INVALID_PRODUCER_EPOCH';

/**
 * A transaction that cannot be committed, because the broker has ended it or given its transactional id to
 * another producer. What was in it can be published again in another one.
 */
export class TransactionLost extends Error {
  /**
   * Whether the transactional id has a newer producer, or the transaction took too long: Kafka does not say
   * which.
   */
  readonly isFenced: boolean;

  constructor(cause: unknown) {
    super(`the transaction is lost (${rootCause(cause).message})`, { cause });
    this.name = 'TransactionLost';
    this.isFenced = rootCause(cause).type === FENCED;
  }
}
