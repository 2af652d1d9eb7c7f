/**
 * A quota that makes `strain-producer` slow enough to be killed, or to see all brokers restart, and small
 * batches, so that none waits longer for its quota than for an answer. It must leave time to commit: about
 * seven batches of up to 90 kB are on their way, and a transaction must end within 60 s.
 */
import type { Cluster } from './cluster';
import { alterConfig } from './kafka-tool';

const CLIENT_ID = 'strain-producer';

/** For the topic's `max.message.bytes`. */
export const SMALL_BATCH_BYTES = 16_384;

/** @param rate bytes per second to each broker */
export function slowProducers(cluster: Cluster, rate: number): Promise<void> {
  return alterConfig(cluster, 'clients', CLIENT_ID, '--add-config', `producer_byte_rate=${rate}`);
}

export function fastProducers(cluster: Cluster): Promise<void> {
  return alterConfig(cluster, 'clients', CLIENT_ID, '--delete-config', 'producer_byte_rate');
}
