/**
 * Pods of Kafka without ZooKeeper, brokers and controllers alike: image `apache/kafka`, started without its
 * own script.
 */
import type { Size } from 'cdk8s';
import type { k8s } from '../../imports';
import type { ContainerOptions } from '../common/container';
import { podField, type Environment } from '../common/environment';
import { heapOptions, type Resources } from '../common/resources';
import type { StatefulServerProps } from '../common/stateful-server';
import { log4jConsoleProperties } from '../config/log4j';
import { CONFIG_FOLDER, LOG_DIR, SCRIPT_ENV, START_SCRIPT, startScripts, type ConfigFiles } from './scripts';

/** User of the image. */
const UID = 1000;

/** The volume of the ConfigMap with scripts and properties. */
export const CONFIG_VOLUME = 'config-files';

/** The parts of a pod that follow from how Kafka is started. */
export interface KafkaPod extends Pick<StatefulServerProps, 'uid' | 'volumes' | 'initContainers'> {
  readonly volumes: readonly k8s.Volume[];
  readonly container: Omit<ContainerOptions, 'image' | 'env' | 'mounts'> & {
    readonly env: Environment;
    readonly mounts: readonly k8s.VolumeMount[];
  };
}

/** Files of the ConfigMap, with the properties that all pods share. */
export function kraftFiles(properties: string): ConfigFiles {
  return {
    'server.properties': properties,
    'log4j2.properties': log4jConsoleProperties(),
    ...startScripts('kraft'),
  };
}

/** What the pods of brokers and controllers share. */
export function kraftPod({
  configMap,
  clusterId,
  firstNodeId,
  env,
  heap,
  resources,
}: {
  readonly configMap: string;
  readonly clusterId: string;
  /** `node.id` of pod 0. */
  readonly firstNodeId: number;
  /** Other variables that the scripts read. */
  readonly env: Environment;
  readonly heap: Size;
  readonly resources: Required<Resources>;
}): KafkaPod {
  return {
    uid: UID,
    volumes: [{ name: CONFIG_VOLUME, configMap: { name: configMap } }],
    container: {
      name: 'kafka',
      command: ['bash', `${CONFIG_FOLDER}/${START_SCRIPT}`],
      env: {
        POD_NAMESPACE: podField('metadata.namespace'),
        CLUSTER_ID: clusterId,
        [SCRIPT_ENV.firstNodeId]: String(firstNodeId),
        [SCRIPT_ENV.dataFolder]: LOG_DIR,
        ...env,
        KAFKA_HEAP_OPTS: heapOptions(heap),
        KAFKA_LOG4J_OPTS: `-Dlog4j2.configurationFile=${CONFIG_FOLDER}/log4j2.properties`,
        // Kafka's default writes a log of garbage collections to disk.
        EXTRA_ARGS: '-name kafkaServer',
      },
      resources,
      mounts: [{ name: CONFIG_VOLUME, mountPath: CONFIG_FOLDER, readOnly: true }],
      scratch: { tmp: '/tmp', logs: '/opt/kafka/logs' },
    },
  };
}
