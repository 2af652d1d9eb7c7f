import { IMAGES } from '../common/images';
import { withPath } from '../common/invalid';
import { heapOptions } from '../common/resources';
import { APICURIO_CONFLUENT_PATH, apicurioProperties } from '../config/registry';
import type { RegistryProgram } from './program';

const TOPIC = 'apicurio.kafkasql.topic';

/**
 * Apicurio Registry: image `apicurio/apicurio-registry`, schemas in Kafka, settings by environment as Quarkus
 * reads it.
 */
export const apicurio: RegistryProgram = {
  app: 'apicurio-registry',
  image: IMAGES.apicurioRegistry,
  uid: 1001,
  // The image's files belong to group 0, as OpenShift wants it.
  gid: 0,
  apiPath: APICURIO_CONFLUENT_PATH,
  readyPath: '/health/ready',
  forwardsWrites: false,
  setsReplication: false,
  topic: [TOPIC, '_schemas'],
  pod(scope, { kafka, port, compatibility, heap, properties }) {
    const { [TOPIC]: topic, ...others } = properties;
    const registry = withPath(scope, () =>
      apicurioProperties({
        port,
        storage: {
          kind: 'kafkasql',
          bootstrapServers: kafka.bootstrapServers,
          // Other topics are named after it.
          topic: topic === undefined ? undefined : String(topic),
        },
        compatibility,
        properties: {
          // The default is the working folder, which is read-only.
          'apicurio.storage.snapshot.location': '/tmp/',
          ...(kafka.protocol === 'PLAINTEXT'
            ? {}
            : { 'apicurio.kafkasql.security.protocol': kafka.protocol }),
          ...others,
        },
      }),
    );
    return {
      env: {
        ...quarkusEnvironment(registry),
        // Read by the start script of the image's base, after its own options.
        JAVA_OPTS_APPEND: heapOptions(heap),
      },
      scratch: { tmp: '/tmp' },
    };
  },
};

/**
 * Environment variables of properties, as MicroProfile Config looks them up: every other character than a
 * letter or a digit is `_`.
 */
function quarkusEnvironment(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name.replace(/[^A-Za-z0-9]/g, '_').toUpperCase(),
      value,
    ]),
  );
}
