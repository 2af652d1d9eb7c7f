/** What clients of Kafka need to know of it, wherever it runs. */
import { externalEndpoint, type HostAndPort } from '../common/endpoint';
import type { Endpoint } from '../common/workload';
import { invalid } from '../common/invalid';
import type { KafkaProtocol } from '../config/kafka-listeners';

/** A Kafka cluster, as its clients see it. */
export interface IKafka {
  /** Brokers that a client asks first, `host:port`, separated by commas. */
  readonly bootstrapServers: string;
  /** Protocol of these. */
  readonly protocol: KafkaProtocol;
  /** What a client's `Workload` connects to. */
  readonly endpoint: Endpoint;
  /**
   * Number of brokers, which no topic's replication can be above; undefined when it is not known.
   * @default - not known: replication is not checked
   */
  readonly brokers?: number;
  /**
   * Replicas that must have a record before it is acknowledged, unless its topic says otherwise.
   * `KafkaTopics` corrects the cluster's default to it.
   * @default - not known: the cluster's default is not changed
   */
  readonly minInSyncReplicas?: number;
}

/** What is known of a cluster that the stack does not make. */
export interface ExistingKafkaOptions {
  /**
   * What its listener speaks.
   * @default 'PLAINTEXT'
   */
  readonly protocol?: KafkaProtocol;
  /**
   * Number of brokers, for checks of replication.
   * @default - not known
   */
  readonly brokers?: number;
  /**
   * What NetworkPolicies open for clients.
   * @default - what follows from the servers' names
   */
  readonly endpoint?: Endpoint;
}

/** A Kafka cluster that the stack does not make. */
export function existingKafka(bootstrapServers: string, options: ExistingKafkaOptions = {}): IKafka {
  const { protocol = 'PLAINTEXT', brokers } = options;
  const servers = parseServers(bootstrapServers);
  return {
    bootstrapServers: servers.map(({ host, port }) => `${host}:${port}`).join(','),
    protocol,
    endpoint: options.endpoint ?? externalEndpoint('Kafka', servers),
    brokers,
  };
}

/** Whether two links are to the same cluster. Listeners of a cluster are different links to it. */
export function isSameCluster({ endpoint: a, ...one }: IKafka, { endpoint: b, ...other }: IKafka): boolean {
  if (a.kind === 'pods' || b.kind === 'pods') {
    return a.kind === 'pods' && b.kind === 'pods' && a.workload === b.workload;
  }
  return one.bootstrapServers === other.bootstrapServers;
}

/**
 * Servers as brokers' clients that take a protocol before each name want them:
 * `PLAINTEXT://kafka-broker:9092`.
 */
export function serversWithProtocol({ bootstrapServers, protocol }: IKafka): string {
  return bootstrapServers
    .split(',')
    .map((server) => `${protocol}://${server}`)
    .join(',');
}

function parseServers(text: string): HostAndPort[] {
  return text.split(',').map((part) => {
    const [, host, port] = /^([A-Za-z0-9](?:[\w.-]*\w)?):(\d{1,5})$/.exec(part.trim()) ?? [];
    if (host === undefined || port === undefined || Number(port) < 1 || Number(port) > 65535) {
      invalid('Kafka.fromBootstrapServers', {
        property: 'bootstrapServers',
        got: text,
        allowed: '`host:port`, several separated by commas, without a protocol',
        fix: `Correct "${part.trim()}", for example kafka-broker:9092.`,
      });
    }
    return { host, port: Number(port) };
  });
}
