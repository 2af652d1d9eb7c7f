/**
 * Shell scripts that the brokers' and controllers' containers run. They use bash, and tools that busybox has
 * too.
 */
import { readScript } from '../common/script';
import type { ResolvedListener } from './listeners';

/** Where the ConfigMap with the scripts and the properties is mounted. */
export const CONFIG_FOLDER = '/mnt/kafka';

/** Names of the scripts there. */
export const START_SCRIPT = 'start.sh';
export const READY_SCRIPT = 'ready.sh';

/** Root folder of the data volume. */
export const DATA_FOLDER = '/var/lib/kafka/data';

/**
 * Folder with the data. It is a subfolder, because the root of a volume can contain `lost+found`, which Kafka
 * refuses.
 */
export const LOG_DIR = `${DATA_FOLDER}/kafka`;

/** Node ids of controllers begin here, those of brokers at 0. */
export const FIRST_CONTROLLER_ID = 1000;

/** Environment variables that the scripts read. */
export const SCRIPT_ENV = {
  /** `node.id` of pod 0. */
  firstNodeId: 'FIRST_NODE_ID',
  /** `log.dirs`. */
  dataFolder: 'DATA_FOLDER',
  /** What `listenersVariable` makes. */
  listeners: 'LISTENERS',
  headlessService: 'HEADLESS_SERVICE',
  /** Port that the readiness probe connects to. */
  readyPort: 'READY_PORT',
  /** Number of brokers, for brokers. */
  brokers: 'BROKERS',
  /** Brokers' PLAINTEXT listeners by their pods' names, for controllers. */
  bootstrapServers: 'BOOTSTRAP_SERVERS',
} as const;

/** Files of the ConfigMap, by name. */
export type ConfigFiles = Readonly<Record<string, string>>;

/** Scripts that start Kafka with KRaft, or with ZooKeeper. */
export function startScripts(kind: 'kraft' | 'zookeeper'): ConfigFiles {
  const others =
    kind === 'kraft' ? ['pod.sh', 'layout.sh', 'running-voters.sh', 'topics-beyond.awk'] : ['pod.sh'];
  return {
    [START_SCRIPT]: readScript(`kafka/scripts/${kind}-start.sh`),
    ...Object.fromEntries(others.map((name) => [name, readScript(`kafka/scripts/${name}`)])),
  };
}

/** Script of the readiness probe. */
export function readyScript(role: 'broker' | 'controller'): ConfigFiles {
  return { [READY_SCRIPT]: readScript(`kafka/scripts/${role}-ready.sh`) };
}

/** Listeners for `pod.sh`, which completes them by the pod's own name or by its own port. */
export function listenersVariable(listeners: readonly ResolvedListener[]): string {
  return listeners
    .map(({ name, port, reach, advertisedHost, advertisedPort }) =>
      reach === 'pods' ? `${name}://:${port}` : `${name}://${advertisedHost}:${advertisedPort}`,
    )
    .join(' ');
}
