/**
 * What the producer needs from a Kafka client. Another client, or exactly-once resume, can implement this.
 */
import type { EncodedBatch } from './encoder';

/** Sends batches to one topic. */
export interface Publisher {
  /**
   * Sends a batch after all earlier ones, and resolves when all in-sync replicas have it. Rows of one key
   * keep their order through retries. After a failure, no later batch is sent, and every call rejects with
   * the same error.
   *
   * The batch's memory must not change until then.
   */
  publish(batch: EncodedBatch): Promise<void>;
  /** Closes the connections. Batches that are not acknowledged yet may be lost. */
  close(): Promise<void>;
}
