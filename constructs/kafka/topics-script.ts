/** What `KafkaTopics` gives to `scripts/topics.sh`. */
import { readScript } from '../common/script';
import type { ResolvedTopic } from './topic';

/** Environment variables of the script. */
export const TOPICS_ENV = {
  bootstrapServers: 'BOOTSTRAP_SERVERS',
  /** How many seconds it waits for brokers. */
  wait: 'WAIT_SECONDS',
  /** File with the declarations, as `topicsTable` makes it. */
  topicsFile: 'TOPICS_FILE',
  /** `min.insync.replicas` of topics that do not set it, where Kafka's default is to be corrected. */
  minInSyncReplicas: 'MIN_INSYNC_REPLICAS',
  /** File with client properties, for listeners that are not PLAINTEXT. */
  clientProperties: 'CLIENT_PROPERTIES',
} as const;

/** Exit code of the script when Kafka cannot follow a declaration. A retry would not help. */
export const EXIT_REFUSED = 3;

/** The script. */
export function topicsScript(): string {
  return readScript('kafka/scripts/topics.sh');
}

/**
 * The declarations, one topic a line: name, partitions, replicas, settings. `-` means that a number is not
 * declared.
 */
export function topicsTable(topics: readonly ResolvedTopic[]): string {
  return topics
    .map(({ name, partitions, replicationFactor, config }) => {
      const settings = Object.entries(config).map(([key, value]) => `${key}=${value}`);
      return `${[name, partitions ?? '-', replicationFactor ?? '-', ...settings].join('\t')}\n`;
    })
    .join('');
}
