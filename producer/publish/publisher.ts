/**
 * What the producer needs of a Kafka client, and no more: another client, or exactly-once resume, goes behind
 * this.
 */
import type { EncodedBatch } from './encoder';

/** Sends batches to one topic. */
export interface Publisher {
  /**
   * Sends a batch after those given before, and resolves when all in-sync replicas have it. Rows of one key
   * keep their order, whatever is retried. After a failure nothing that was given later is sent, and every
   * call rejects with the same error.
   *
   * The batch's memory must not change until then.
   */
  publish(batch: EncodedBatch): Promise<void>;
  /** Ends the connections. Batches that are not acknowledged yet may be lost. */
  close(): Promise<void>;
}
