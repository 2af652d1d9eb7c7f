/**
 * Settings of the two schema registries, both of which speak Confluent's API: Apicurio Registry 3
 * (`application.properties`, or the same by environment) and Confluent's own (environment of its image). Text
 * out, nothing is read.
 */
import { checkChoice, checkPort, mergeOptions } from './check';

/** What the registry asks of a new version of a schema, as Confluent names it. */
export const COMPATIBILITY_LEVELS = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const;

/** Which changes a new version of a schema may make (Confluent, "Schema Evolution and Compatibility"). */
export type CompatibilityLevel = (typeof COMPATIBILITY_LEVELS)[number];

/** Path of Confluent's API in Apicurio Registry 3; in Confluent's own it is the root. */
export const APICURIO_CONFLUENT_PATH = '/apis/ccompat/v7';

/** Where Apicurio keeps schemas. */
export type ApicurioStorage =
  /** In a compacted topic, as Confluent's registry does; survives what Kafka survives. */
  | { readonly kind: 'kafkasql'; readonly bootstrapServers: string; readonly topic?: string }
  /** In a database file (H2) on the machine; the path without its `.mv.db`. */
  | { readonly kind: 'file'; readonly path: string };

export interface ApicurioConfig {
  /** Port of the HTTP API. @default 8080 */
  readonly port?: number;
  /** Address that is listened on. @default '0.0.0.0' */
  readonly host?: string;
  readonly storage: ApicurioStorage;
  /**
   * Level of a registry that is new. One that users set later stays.
   * @default - NONE, Apicurio's own
   */
  readonly compatibility?: CompatibilityLevel;
  /** Any other property of Apicurio or Quarkus. @default - none */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Apicurio's properties by name: for `-D`, for `application.properties` or, by `propertiesEnv`-like rules,
 * for the environment.
 */
export function apicurioProperties(config: ApicurioConfig): Record<string, string> {
  const { port = 8080, compatibility } = config;
  checkPort('port', port);
  if (compatibility !== undefined) checkChoice('compatibility', compatibility, COMPATIBILITY_LEVELS);
  const computed: Record<string, string> = {
    'quarkus.http.host': config.host ?? '0.0.0.0',
    'quarkus.http.port': String(port),
    ...storageProperties(config.storage),
    ...(compatibility === undefined ? {} : { 'apicurio.rules.global.compatibility': compatibility }),
  };
  return mergeOptions('properties', computed, config.properties);
}

function storageProperties(storage: ApicurioStorage): Record<string, string> {
  if (storage.kind === 'file') {
    return {
      'apicurio.storage.kind': 'sql',
      'apicurio.storage.sql.kind': 'h2',
      'apicurio.datasource.url': `jdbc:h2:file:${storage.path}`,
      'apicurio.datasource.username': 'sa',
      'apicurio.datasource.password': 'sa',
    };
  }
  const topic = storage.topic ?? '_schemas';
  return {
    'apicurio.storage.kind': 'kafkasql',
    'apicurio.kafkasql.bootstrap.servers': storage.bootstrapServers,
    'apicurio.kafkasql.topic': topic,
    'apicurio.kafkasql.snapshots.topic': `${topic}_snapshots`,
    'apicurio.events.kafka.topic': `${topic}_events`,
  };
}

export interface ConfluentRegistryConfig {
  /** Name by which the registries reach one another; in a pod `$(POD_IP)`. */
  readonly hostName: string;
  /** Brokers as `host:port`, separated by commas; PLAINTEXT unless a protocol is given. */
  readonly bootstrapServers: string;
  /** Port of the HTTP API. @default 8081 */
  readonly port?: number;
  /** @default 'BACKWARD' */
  readonly compatibility?: CompatibilityLevel;
  /**
   * Replicas of the topic that holds the schemas.
   * @default 1
   */
  readonly replicationFactor?: number;
  /** Any other property of the registry, for example `leader.eligibility`. @default - none */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Properties of Confluent's registry by name; its image takes them as `propertiesEnv('SCHEMA_REGISTRY', …)`.
 */
export function confluentRegistryProperties(config: ConfluentRegistryConfig): Record<string, string> {
  const { port = 8081, compatibility = 'BACKWARD' } = config;
  checkPort('port', port);
  checkChoice('compatibility', compatibility, COMPATIBILITY_LEVELS);
  const servers = config.bootstrapServers
    .split(',')
    .map((server) => (server.includes('://') ? server : `PLAINTEXT://${server}`));
  const computed = {
    'host.name': config.hostName,
    listeners: `http://0.0.0.0:${port}`,
    'kafkastore.bootstrap.servers': servers.join(','),
    'kafkastore.topic.replication.factor': String(config.replicationFactor ?? 1),
    'schema.compatibility.level': compatibility,
  };
  return mergeOptions('properties', computed, config.properties);
}
