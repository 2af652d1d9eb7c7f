/**
 * Pods of brokers that keep their metadata in ZooKeeper: image `confluentinc/cp-kafka`, settings by
 * environment.
 */
import type { Size } from 'cdk8s';
import { CONFLUENT_UID, confluentFolders, WAIT_SECONDS } from '../common/confluent';
import { podField, type Environment } from '../common/environment';
import { heapOptions, type Resources } from '../common/resources';
import { propertiesEnv } from '../config/properties';
import { CONFIG_VOLUME, type KafkaPod } from './kraft';
import { CONFIG_FOLDER, START_SCRIPT } from './scripts';

export function zooKeeperPod({
  configMap,
  image,
  properties,
  env,
  heap,
  resources,
}: {
  readonly configMap: string;
  readonly image: string;
  readonly properties: Readonly<Record<string, string>>;
  /** What the scripts read. */
  readonly env: Environment;
  readonly heap: Size;
  readonly resources: Required<Resources>;
}): KafkaPod {
  const { initContainer, scratch } = confluentFolders('kafka', image, resources);
  return {
    uid: CONFLUENT_UID,
    volumes: [{ name: CONFIG_VOLUME, configMap: { name: configMap } }],
    initContainers: [initContainer],
    container: {
      name: 'kafka',
      command: ['bash', `${CONFIG_FOLDER}/${START_SCRIPT}`],
      env: {
        POD_NAMESPACE: podField('metadata.namespace'),
        ...env,
        ...propertiesEnv('KAFKA', properties),
        KAFKA_HEAP_OPTS: heapOptions(heap),
        KAFKA_CUB_ZK_TIMEOUT: WAIT_SECONDS,
        EXTRA_ARGS: '-name kafkaServer',
      },
      resources,
      mounts: [{ name: CONFIG_VOLUME, mountPath: CONFIG_FOLDER, readOnly: true }],
      scratch,
    },
  };
}
