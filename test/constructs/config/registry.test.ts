import { apicurioProperties, confluentRegistryProperties } from '../../../constructs/config/registry';

test('Apicurio with its schemas in Kafka', () => {
  expect(apicurioProperties({ storage: { kind: 'kafkasql', bootstrapServers: 'k:9092' } })).toEqual({
    'apicurio.events.kafka.topic': '_schemas_events',
    'apicurio.kafkasql.bootstrap.servers': 'k:9092',
    'apicurio.kafkasql.snapshots.topic': '_schemas_snapshots',
    'apicurio.kafkasql.topic': '_schemas',
    'apicurio.storage.kind': 'kafkasql',
    'quarkus.http.host': '0.0.0.0',
    'quarkus.http.port': '8080',
  });
});

test('Apicurio with its schemas in a file', () => {
  const properties = apicurioProperties({
    port: 18081,
    host: '127.0.0.1',
    storage: { kind: 'file', path: '/d/schemas' },
    compatibility: 'FULL',
    properties: { 'quarkus.banner.enabled': false },
  });
  expect(properties).toMatchObject({
    'apicurio.storage.kind': 'sql',
    'apicurio.datasource.url': 'jdbc:h2:file:/d/schemas',
    'apicurio.rules.global.compatibility': 'FULL',
    'quarkus.http.port': '18081',
    'quarkus.banner.enabled': 'false',
  });
});

test("Confluent's, with defaults", () => {
  expect(confluentRegistryProperties({ hostName: 'h', bootstrapServers: 'a:1,SSL://b:2' })).toEqual({
    'host.name': 'h',
    'kafkastore.bootstrap.servers': 'PLAINTEXT://a:1,SSL://b:2',
    'kafkastore.topic.replication.factor': '1',
    listeners: 'http://0.0.0.0:8081',
    'schema.compatibility.level': 'BACKWARD',
  });
});

test('throws for an unknown level', () => {
  const compatibility = 'SOME' as 'FULL';
  expect(() => confluentRegistryProperties({ hostName: 'h', bootstrapServers: 'b', compatibility })).toThrow(
    'compatibility is "SOME"; allowed: NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD',
  );
});

test('throws for an invalid port', () => {
  expect(() => apicurioProperties({ port: -1, storage: { kind: 'file', path: '/d' } })).toThrow('port is -1');
});
