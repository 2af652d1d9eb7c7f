import { CONFLUENT_UID, confluentFolders, WAIT_SECONDS } from '../common/confluent';
import { IMAGES } from '../common/images';
import { withPath } from '../common/invalid';
import { podField } from '../common/environment';
import { heapOptions } from '../common/resources';
import { propertiesEnv } from '../config/properties';
import { confluentRegistryProperties } from '../config/registry';
import { serversWithProtocol } from '../kafka/link';
import type { RegistryProgram } from './program';

/** Confluent's registry: image `confluentinc/cp-schema-registry`, settings by environment. */
export const confluent: RegistryProgram = {
  app: 'schema-registry',
  image: IMAGES.confluentSchemaRegistry,
  uid: CONFLUENT_UID,
  gid: CONFLUENT_UID,
  apiPath: '',
  readyPath: '/config',
  forwardsWrites: true,
  setsReplication: true,
  topic: ['kafkastore.topic', '_schemas'],
  group: ['schema.registry.group.id', 'schema-registry'],
  pod(scope, { kafka, image, port, compatibility, replicationFactor, resources, heap, properties }) {
    const { initContainer, scratch } = confluentFolders('schema-registry', image, resources);
    const registry = withPath(scope, () =>
      confluentRegistryProperties({
        hostName: '$(POD_IP)',
        bootstrapServers: serversWithProtocol(kafka),
        port,
        compatibility,
        replicationFactor,
        properties: {
          ...(kafka.protocol === 'PLAINTEXT' ? {} : { 'kafkastore.security.protocol': kafka.protocol }),
          ...properties,
        },
      }),
    );
    return {
      env: {
        POD_IP: podField('status.podIP'),
        ...propertiesEnv('SCHEMA_REGISTRY', registry),
        SCHEMA_REGISTRY_HEAP_OPTS: heapOptions(heap),
        SCHEMA_REGISTRY_CUB_KAFKA_TIMEOUT: WAIT_SECONDS,
      },
      scratch,
      initContainers: [initContainer],
    };
  },
};
