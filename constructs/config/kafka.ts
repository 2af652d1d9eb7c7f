/**
 * Kafka's `server.properties` from typed settings, for KRaft (brokers, controllers, or both in one process)
 * and for a broker with ZooKeeper. Names and meaning of the properties: kafka.apache.org, "Configuration".
 * Text out, nothing is read.
 */
import { invalid } from '../common/invalid';
import { checkCount, checkPort, checkUnique, mergeOptions } from './check';
import {
  CONTROLLER,
  listenerProperties,
  type KafkaListenerSettings,
  type KafkaRole,
} from './kafka-listeners';
import { propertiesText } from './properties';

/** One member of the controllers' quorum. */
export interface KafkaVoter {
  /** Its `node.id`. */
  readonly nodeId: number;
  /** Name that the other members reach it by. */
  readonly host: string;
  /** Port of its controllers' listener. */
  readonly port: number;
}

/** Settings of one process. */
export interface KafkaConfig extends KafkaListenerSettings {
  /**
   * What this process does.
   * @default - broker and controller in one
   */
  readonly roles?: readonly KafkaRole[];
  /**
   * Number of this process in the cluster.
   * @default - not written; the start script appends `node.id` (a pod takes its ordinal)
   */
  readonly nodeId?: number;
  /** The controllers' quorum: all of them, an odd number. Left out with `zooKeeper`. */
  readonly voters?: readonly KafkaVoter[];
  /**
   * ZooKeeper's address, `host:port`, for a broker before Kafka 4. Excludes `voters` and `roles`.
   * @default - KRaft
   */
  readonly zooKeeper?: string;
  /** Folder or folders of the data; not the root of a volume, which can hold `lost+found`. */
  readonly logDirs: string | readonly string[];
  /**
   * Number of brokers in the whole cluster; replication defaults follow from it.
   * @default 1
   */
  readonly brokers?: number;
  /**
   * Replicas of new topics and of Kafka's own.
   * @default - 3, or the number of brokers when that is less
   */
  readonly replicationFactor?: number;
  /**
   * Replicas that must have a record before it is acknowledged.
   * @default - one less than the replication factor, at least 1
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
   * Any other broker property. One that the settings above compute is refused unless it has the same value.
   * @default - none
   */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

/** `server.properties`, sorted by name. Throws on settings that Kafka would refuse or that cannot work. */
export function kafkaServerProperties(config: KafkaConfig): string {
  return propertiesText(kafkaProperties(config));
}

/** The same properties by name, for images that take them from the environment (see `propertiesEnv`). */
export function kafkaProperties(config: KafkaConfig): Record<string, string> {
  const roles = config.zooKeeper === undefined ? (config.roles ?? ['broker', 'controller']) : ['broker'];
  if (config.zooKeeper !== undefined && (config.voters ?? config.roles) !== undefined) {
    invalid(undefined, {
      property: config.voters === undefined ? 'roles' : 'voters',
      got: config.voters ?? config.roles,
      allowed: 'nothing with zooKeeper',
      fix: 'Leave it out, or leave out zooKeeper for KRaft.',
    });
  }
  checkRoles(roles);
  if (config.nodeId !== undefined) checkCount('nodeId', config.nodeId, 0);
  const isBroker = roles.includes('broker');
  const computed = {
    ...nodeProperties(config, roles),
    ...listenerProperties(config, roles, config.zooKeeper === undefined ? controllerPort(config) : undefined),
    'log.dirs': logDirs(config.logDirs),
    ...(isBroker ? brokerProperties(config) : {}),
  };
  return mergeOptions('properties', computed, config.properties);
}

function checkRoles(roles: readonly string[]): void {
  checkUnique('roles', roles);
  if (roles.length > 0) return;
  invalid(undefined, {
    property: 'roles',
    got: roles,
    allowed: "'broker', 'controller', or both",
    fix: 'Give one of these, or leave it out for both.',
  });
}

function nodeProperties(config: KafkaConfig, roles: readonly string[]): Record<string, string> {
  const id = (name: string): Record<string, string> =>
    config.nodeId === undefined ? {} : { [name]: String(config.nodeId) };
  if (config.zooKeeper !== undefined) {
    return { ...id('broker.id'), 'zookeeper.connect': config.zooKeeper };
  }
  const voters = config.voters ?? [];
  if (voters.length % 2 === 0) {
    invalid(undefined, {
      property: 'number of voters',
      got: voters.length,
      allowed: 'an odd number, for example 1, 3 or 5',
      fix: 'Add or remove one: an even number survives no more failures than the odd number below it.',
    });
  }
  checkUnique(
    'voters',
    voters.map((voter) => voter.nodeId),
  );
  voters.forEach((voter, i) => {
    checkPort(`voters[${i}].port`, voter.port);
  });
  return {
    ...id('node.id'),
    'process.roles': roles.join(','),
    'controller.quorum.voters': voters.map((v) => `${v.nodeId}@${v.host}:${v.port}`).join(','),
    'controller.listener.names': config.controllerListener?.name ?? CONTROLLER,
  };
}

/** Port of the controllers' listener unless it is given. */
function controllerPort({ voters }: KafkaConfig): number {
  return voters?.[0]?.port ?? 9093;
}

function logDirs(dirs: string | readonly string[]): string {
  const list = typeof dirs === 'string' ? [dirs] : dirs;
  if (list.length === 0 || list.some((dir) => dir === '' || dir.includes(','))) {
    invalid(undefined, {
      property: 'logDirs',
      got: dirs,
      allowed: 'one folder or more, none with a comma',
      fix: 'Give each folder as a separate element.',
    });
  }
  return list.join(',');
}

function brokerProperties(config: KafkaConfig): Record<string, string> {
  const brokers = config.brokers ?? 1;
  checkCount('brokers', brokers);
  const factor = config.replicationFactor ?? Math.min(3, brokers);
  checkCount('replicationFactor', factor);
  if (factor > brokers) {
    invalid(undefined, {
      property: 'replicationFactor',
      got: factor,
      allowed: `at most ${brokers}, the number of brokers`,
      fix: 'Lower it, or add brokers.',
    });
  }
  const inSync = config.minInSyncReplicas ?? Math.max(1, factor - 1);
  checkCount('minInSyncReplicas', inSync);
  if (inSync > factor) {
    invalid(undefined, {
      property: 'minInSyncReplicas',
      got: inSync,
      allowed: `at most ${factor}, the replication factor`,
      fix: 'Lower it, or raise the replication factor.',
    });
  }
  const partitions = config.partitions ?? 1;
  checkCount('partitions', partitions);
  return {
    'auto.create.topics.enable': String(config.autoCreateTopics ?? false),
    'default.replication.factor': String(factor),
    'min.insync.replicas': String(inSync),
    'num.partitions': String(partitions),
    'offsets.topic.replication.factor': String(factor),
    'transaction.state.log.replication.factor': String(factor),
    'transaction.state.log.min.isr': String(inSync),
    // Only KRaft has share groups.
    ...(config.zooKeeper === undefined
      ? {
          'share.coordinator.state.topic.replication.factor': String(factor),
          'share.coordinator.state.topic.min.isr': String(inSync),
        }
      : {}),
  };
}
