/** What users set on `Kafka`. */
import type { Duration, Size } from 'cdk8s';
import type { PodOptions } from '../common/pod-options';
import type { Resources } from '../common/resources';
import type { Storage } from '../common/storage';
import type { IZooKeeper } from '../zookeeper';
import type { KafkaListener } from './listeners';

/** Controllers in their own pods. */
export interface KafkaControllersProps {
  /**
   * Number of controllers, odd: a majority of them has to be up. 0 makes the brokers controllers as well.
   * @default 3
   */
  readonly count?: number;
  /**
   * Name of the StatefulSet and of its headless Service.
   * @default 'kafka-controller'
   */
  readonly name?: string;
  /**
   * Where each controller keeps the cluster's metadata.
   * @default - a retained claim of 2Gi for each
   */
  readonly storage?: Storage;
  /**
   * CPU and memory of each controller.
   * @default - 50m to 1 CPU, 320Mi to 640Mi of memory
   */
  readonly resources?: Resources;
  /**
   * Heap of each controller's JVM.
   * @default - half of the memory limit
   */
  readonly heap?: Size;
  /**
   * Any other property of the controllers. One that other props make is refused, those of the brokers that
   * controllers act on included.
   * @default - none
   */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Where the pods run, and their labels, service account, variables, volumes and other containers.
   * @default - see `PodOptions`
   */
  readonly pod?: PodOptions;
}

/** Props of `Kafka`. */
export interface KafkaProps {
  /**
   * Name of the StatefulSet and of the Service that clients connect to first.
   * @default 'kafka-broker'
   */
  readonly name?: string;
  /**
   * Number of brokers.
   * @default 1
   */
  readonly brokers?: number;
  /**
   * Controllers in their own pods. Excludes `zooKeeper`.
   * @default - none for one broker, which is its own controller; 3 for more
   */
  readonly controllers?: KafkaControllersProps;
  /**
   * Makes brokers of Kafka 3 that keep their metadata in ZooKeeper, as the original demo has them.
   * @default - KRaft
   */
  readonly zooKeeper?: IZooKeeper;
  /**
   * Image of brokers and controllers.
   * @default - 'apache/kafka:4.3.1', with `zooKeeper` 'confluentinc/cp-kafka:7.9.5'
   */
  readonly image?: string;
  /**
   * Volume of each broker's records.
   * @default - a retained claim of 8Gi for each broker
   */
  readonly storage?: Storage;
  /**
   * CPU and memory of each broker.
   * @default - 100m to 2 CPU, 176Mi to 640Mi of memory
   */
  readonly resources?: Resources;
  /**
   * Heap of each broker's JVM. The rest of the memory limit is for the JVM itself and the page cache.
   * @default - half of the memory limit
   */
  readonly heap?: Size;
  /**
   * Ways into the brokers. The first one that pods reach is what links use, and the brokers among themselves.
   * @default - INTERNAL for pods on 9092, without TLS and credentials
   */
  readonly listeners?: readonly KafkaListener[];
  /**
   * Replicas of new topics, and of Kafka's own.
   * @default - 3, or the number of brokers when that is less
   */
  readonly replicationFactor?: number;
  /**
   * Replicas that must have a record before it is acknowledged.
   * @default - one less than `replicationFactor`, at least 1
   */
  readonly minInSyncReplicas?: number;
  /**
   * Partitions of a topic that is made without saying how many.
   * @default 1
   */
  readonly partitions?: number;
  /**
   * Whether writing to a missing topic creates it.
   * @default false
   */
  readonly autoCreateTopics?: boolean;
  /**
   * Any other property of the brokers. One that other props make is refused. Controllers get those that they
   * act on too, for example `unclean.leader.election.enable`.
   * @default - none
   */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Identity of the cluster, 16 bytes in 22 characters of URL-safe base64 (`kafka-storage.sh random-uuid`).
   * It must not change while volumes are kept.
   * @default - made from the namespace and the name
   */
  readonly clusterId?: string;
  /**
   * Where the pods run, and their labels, service account, variables, volumes and other containers.
   * @default - see `PodOptions`
   */
  readonly pod?: PodOptions;
  /**
   * Time that a broker has to hand over its partitions when it is stopped; 60 seconds or more.
   * @default - 90 seconds
   */
  readonly gracePeriod?: Duration;
}
