/**
 * What the producer needs from a Kafka client. Another client, or exactly-once resume, can implement this.
 */
import type { EncodedBatch } from '../records/encoder';

/** Sends batches to one topic. */
export interface Publisher {
  /**
   * Sends a batch and resolves when all in-sync replicas have it. Rows of one key keep their order, through
   * retries too. After a failure, no later batch of the partition is sent, and every call for it rejects with
   * the same UserError.
   *
   * The batch is released when its memory is no longer needed.
   */
  publish(batch: EncodedBatch): Promise<void>;
  /** Closes the connections. Batches that are not acknowledged yet may be lost. */
  close(): Promise<void>;
}
