/** Brokers: their properties, and the pods of both kinds. */
import { Size, type Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { invalid, withPath } from '../common/invalid';
import { commandCheck, tcpCheck, type Check } from '../common/probes';
import type { Resources } from '../common/resources';
import { headlessName } from '../common/stateful-server';
import { kafkaProperties, type KafkaVoter } from '../config/kafka';
import { propertiesText } from '../config/properties';
import { BROKER_PROPERTIES, ZOOKEEPER_BROKER_PROPERTIES } from '../known/kafka';
import { checkOptions, type OptionList } from '../known/options';
import { kraftFiles, kraftPod, type KafkaPod } from './kraft';
import { forPods, interBrokerListener, listenerConfigs, portName, type ResolvedListener } from './listeners';
import type { KafkaProps } from './props';
import {
  CONFIG_FOLDER,
  listenersVariable,
  LOG_DIR,
  READY_SCRIPT,
  readyScript,
  SCRIPT_ENV,
  startScripts,
  type ConfigFiles,
} from './scripts';
import { zooKeeperPod } from './zookeeper-broker';

/** What is settled of a broker's pod before its properties are. */
export interface BrokerSettings {
  readonly name: string;
  readonly brokers: number;
  readonly image: string;
  readonly listeners: readonly ResolvedListener[];
  /** Undefined with ZooKeeper. */
  readonly clusterId: string | undefined;
  /** The controllers' quorum; empty with ZooKeeper. */
  readonly voters: readonly KafkaVoter[];
  /** Whether the brokers are the controllers. */
  readonly combined: boolean;
  readonly heap: Size;
  readonly resources: Required<Resources>;
}

/** Properties that the start script computes for each pod. */
const BY_POD = ['node.id', 'broker.id', 'advertised.listeners'];

/** Below this heap the log cleaner's buffer, 128 MiB by default, would take too much of it. */
const SMALL_HEAP = Size.gibibytes(1);
const SMALL_CLEANER_BUFFER = { 'log.cleaner.dedupe.buffer.size': 20 * 1024 * 1024 };

/** Properties that all brokers share. */
export function brokerProperties(
  scope: Construct,
  props: KafkaProps,
  settings: BrokerSettings,
): Record<string, string> {
  const own = props.properties ?? {};
  checkProperties(
    scope,
    own,
    props.zooKeeper === undefined ? BROKER_PROPERTIES : ZOOKEEPER_BROKER_PROPERTIES,
  );
  const small = settings.heap.toKibibytes() < SMALL_HEAP.toKibibytes();
  return withPath(scope, () =>
    kafkaProperties({
      ...(props.zooKeeper === undefined
        ? { roles: settings.combined ? ['broker', 'controller'] : ['broker'], voters: settings.voters }
        : { zooKeeper: props.zooKeeper.connect }),
      listeners: listenerConfigs(settings.listeners),
      interBrokerListener: interBrokerListener(scope, settings.listeners).name,
      logDirs: LOG_DIR,
      brokers: settings.brokers,
      replicationFactor: props.replicationFactor,
      minInSyncReplicas: props.minInSyncReplicas,
      partitions: props.partitions,
      autoCreateTopics: props.autoCreateTopics,
      properties: { ...(small ? SMALL_CLEANER_BUFFER : {}), ...own },
    }),
  );
}

/** Refuses properties that Kafka does not know, and those that differ by pod. */
export function checkProperties(
  scope: Construct,
  own: Readonly<Record<string, string | number | boolean>>,
  known: OptionList,
): void {
  const byPod = BY_POD.find((name) => name in own);
  if (byPod !== undefined) {
    invalid(scope, {
      property: `properties['${byPod}']`,
      got: own[byPod],
      allowed: 'properties that are the same for all pods',
      fix: 'Leave it out: it is made for each pod, from its number and from `listeners`.',
    });
  }
  checkOptions(scope, 'properties', known, own);
}

/** Files of the brokers' ConfigMap, and the parts of their pods that depend on whether ZooKeeper is there. */
export function brokerPod(
  settings: BrokerSettings,
  properties: Readonly<Record<string, string>>,
): { readonly files: ConfigFiles; readonly pod: KafkaPod } {
  const { name, brokers, listeners, image, heap, resources, clusterId } = settings;
  const plain = plainListener(listeners);
  const ready = plain === undefined ? {} : readyScript('broker');
  const env = {
    [SCRIPT_ENV.listeners]: listenersVariable(listeners),
    [SCRIPT_ENV.headlessService]: headlessName(name),
    ...(plain === undefined ? {} : { [SCRIPT_ENV.readyPort]: String(plain.port) }),
  };
  if (clusterId === undefined) {
    const files = { ...ready, ...startScripts('zookeeper') };
    return { files, pod: zooKeeperPod({ configMap: name, image, properties, env, heap, resources }) };
  }
  const files = { ...ready, ...kraftFiles(propertiesText(properties)) };
  const kraftEnv = { ...env, [SCRIPT_ENV.brokers]: String(brokers) };
  return {
    files,
    pod: kraftPod({ configMap: name, clusterId, firstNodeId: 0, env: kraftEnv, heap, resources }),
  };
}

/**
 * Passes when the broker is a member of the cluster; with no plain listener to ask it on, when its port takes
 * connections.
 */
export function readyCheck(scope: Construct, listeners: readonly ResolvedListener[]): Check {
  return plainListener(listeners) === undefined
    ? tcpCheck(portName(interBrokerListener(scope, listeners)))
    : commandCheck('bash', `${CONFIG_FOLDER}/${READY_SCRIPT}`);
}

/** A listener that answers without keys and accounts. */
export function plainListener(listeners: readonly ResolvedListener[]): ResolvedListener | undefined {
  return forPods(listeners).find(({ protocol }) => protocol === 'PLAINTEXT');
}

/** Long enough for a broker to hand over its partitions. */
export function checkGracePeriod(scope: Construct, gracePeriod: Duration): void {
  if (gracePeriod.toSeconds() >= 60) return;
  invalid(scope, {
    property: 'gracePeriod',
    got: `${gracePeriod.toSeconds()}s`,
    allowed: '60 seconds or more',
    fix: 'Give brokers time to hand over their partitions, or clients see errors at every rollout.',
  });
}

/** ZooKeeper excludes what belongs to KRaft. */
export function checkZooKeeper(scope: Construct, { zooKeeper, controllers, clusterId }: KafkaProps): void {
  if (zooKeeper === undefined) return;
  for (const [property, got] of Object.entries({ controllers, clusterId })) {
    if (got === undefined) continue;
    invalid(scope, {
      property,
      got,
      allowed: 'nothing with zooKeeper',
      fix: `Leave out ${property}, or leave out zooKeeper for KRaft.`,
    });
  }
}
