import {
  AvroTable,
  FlinkSessionCluster,
  FlinkSqlJob,
  FlinkStorage,
  type StackSettings,
} from '../../../constructs/index';
import { links, newChart } from '../support';

const HOW_TO_PROCEED =
  ' For the option of a plugin or of another version, name it in `customOptions` of configureStack(…).';

type Options = Record<string, string | number | boolean>;

describe("options of Flink's configuration", () => {
  const make = (flinkOptions: Options, settings?: StackSettings) => () =>
    new FlinkSessionCluster(newChart(settings), 'flink', { flinkOptions });

  test('that Flink has are taken, those of families among them', () => {
    const options = {
      'restart-strategy.type': 'exponential-delay',
      'taskmanager.memory.segment-size': '64 kb',
      'heartbeat.interval': '2 s',
      'state.backend.rocksdb.writebuffer.size': '128mb',
      'metrics.reporter.statsd.host': 'localhost',
      'kubernetes.taskmanager.labels': 'a:b',
      'fs.s3a.connection.maximum': 100,
      's3.endpoint': 'http://minio:9000',
      'env.java.opts.taskmanager': '-Xlog:gc',
    };
    expect(make(options)).not.toThrow();
  });

  test('a misspelt name is refused, with the nearest one', () => {
    expect(make({ 'heartbeat.intervall': '2 s' })).toThrow(
      'test/flink: flinkOptions[\'heartbeat.intervall\'] is "2 s"; allowed: options of Flink 2.3.0. ' +
        `Correct the name. Did you mean "heartbeat.interval"?${HOW_TO_PROCEED}`,
    );
  });

  test.each([
    ['state.backend.incremental', true, 'execution.checkpointing.incremental'],
    ['restart-strategy', 'fixed-delay', 'restart-strategy.type'],
    ['taskmanager.network.memory.fraction', 0.2, 'taskmanager.memory.network.fraction'],
    ['akka.framesize', '20m', 'pekko.framesize'],
  ])('%s of Flink 1 is refused, with its name of today', (key, value, today) => {
    expect(make({ [key]: value })).toThrow(`flinkOptions['${key}'] is ${JSON.stringify(value)}`);
    expect(make({ [key]: value })).toThrow(`Flink 2 has it by the name "${today}".`);
  });

  test('an option that Flink 2 removed is refused', () => {
    expect(make({ 'taskmanager.heap.size': '1g' })).toThrow(
      'Flink 2 removed taskmanager.heap.size, which Flink 1.20.3 had: leave it out.',
    );
  });

  test.each([
    ['heartbeat.interval', '2 sconds', "a number and a unit of time, for example '10 s'"],
    ['taskmanager.memory.segment-size', '64 kB/s', "a number and a unit of memory, for example '64 mb'"],
    ['web.submit.enable', 'on', 'true or false'],
    ['taskmanager.memory.network.fraction', 'half', 'a number'],
    ['execution.checkpointing.mode', 'ONCE', 'one of AT_LEAST_ONCE, EXACTLY_ONCE'],
  ])('%s does not take %p', (key, value, allowed) => {
    expect(make({ [key]: value })).toThrow(
      `flinkOptions['${key}'] is "${value}"; allowed: ${allowed}. Correct the value: that is what Flink 2.3.0 takes.`,
    );
  });

  test('upper and lower case of a choice are the same to Flink', () => {
    expect(make({ 'execution.checkpointing.mode': 'exactly_once' })).not.toThrow();
  });

  test("a plugin's own keys are taken when the stack names them", () => {
    expect(make({ 'acme.reporter.url': 'http://acme' }, { customOptions: ['acme.*'] })).not.toThrow();
  });

  test('an application checks its options as well', () => {
    const chart = newChart();
    expect(
      () =>
        new FlinkSqlJob(chart, 'job', {
          name: 'job',
          script: 'INSERT INTO a SELECT 1',
          application: {
            storage: FlinkStorage.existingClaim('state'),
            flinkOptions: { 'heartbeat.intervall': '2 s' },
          },
        }),
    ).toThrow('application.flinkOptions[\'heartbeat.intervall\'] is "2 s"; allowed: options of Flink 2.3.0.');
  });
});

describe('options of tables', () => {
  const make =
    (options: Record<string, string>, upsert = false) =>
    () => {
      const chart = newChart();
      const { topic, registry, schemas } = links(chart);
      return new AvroTable(chart, 'table', { topic, registry, schemas, upsert, keyPrefix: 'key_', options });
    };

  test('of the connector, the format and the clients are taken', () => {
    const options = {
      'scan.parallelism': '2',
      'scan.watermark.idle-timeout': '3 s',
      'value.avro-confluent.basic-auth.user-info': 'user:password',
      'value.avro-confluent.properties.bearer.auth.token': 'x',
      'properties.fetch.max.wait.ms': '50',
      'properties.sasl.mechanism': 'SCRAM-SHA-512',
    };
    expect(make(options)).not.toThrow();
  });

  test('a misspelt name is refused, with the nearest one', () => {
    expect(make({ 'scan.watermark.idle-timout': '3 s' })).toThrow(
      "test/table: options['scan.watermark.idle-timout'] is \"3 s\"; allowed: options of tables of Flink's connector kafka 5.0.0-2.2 " +
        'with the format avro-confluent. Correct the name. Did you mean "scan.watermark.idle-timeout"?',
    );
    expect(make({ 'properties.fetch.max.wait': '50' })).toThrow(
      'Did you mean "properties.fetch.max.wait.ms"?',
    );
  });

  test("a client's property needs its beginning", () => {
    expect(make({ 'fetch.max.wait.ms': '50' })).toThrow(
      'It is a property of Kafka\'s clients: write "properties.fetch.max.wait.ms".',
    );
  });

  test('an upsert table has its own options', () => {
    expect(
      make({ 'sink.buffer-flush.max-rows': '100', 'sink.buffer-flush.interval': '1 s' }, true),
    ).not.toThrow();
    expect(make({ 'sink.buffer-flush.max-rows': '100' })).toThrow('connector kafka 5.0.0-2.2');
    expect(make({ 'scan.startup.timestamp-millis': '1' }, true)).toThrow('connector upsert-kafka 5.0.0-2.2');
  });

  test('a value that the connector refuses is refused', () => {
    expect(make({ 'properties.fetch.max.wait.ms': 'soon' })).toThrow('allowed: a whole number.');
  });
});
