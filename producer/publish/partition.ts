/** Chooses the partition of a key. */
import { Partitioners } from 'kafkajs';

const partitioner = Partitioners.DefaultPartitioner();

/**
 * The partition, of `count`, that Kafka's Java client chooses for a key (murmur2 of its bytes), so that other
 * clients put rows of a station on the same partition.
 */
export function partitionOf(key: Buffer, count: number): number {
  const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return partitioner({ topic: '', partitionMetadata, message: { key, value: null } });
}
