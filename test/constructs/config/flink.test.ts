import { parse } from 'yaml';
import { flinkConfigYaml, flinkOptions, type FlinkConfig } from '../../../constructs/config/flink';
import { MIB } from '../../../constructs/config/memory';

const MINIMAL: FlinkConfig = { jobManagerHost: 'flink-jobmanager' };

test('defaults', () => {
  const { 'env.java.opts.all': java, ...rest } = flinkOptions(MINIMAL);
  expect(java).toContain('--add-opens=java.base/java.lang=ALL-UNNAMED');
  expect(rest).toEqual({
    'jobmanager.bind-host': '0.0.0.0',
    'jobmanager.rpc.address': 'flink-jobmanager',
    'jobmanager.rpc.port': '6123',
    'parallelism.default': '1',
    'rest.address': 'flink-jobmanager',
    'rest.bind-address': '0.0.0.0',
    'rest.port': '8081',
    'state.backend.type': 'hashmap',
    'taskmanager.bind-host': '0.0.0.0',
    'taskmanager.numberOfTaskSlots': '1',
  });
});

const FULL: FlinkConfig = {
  jobManagerHost: 'jm',
  bindHost: 'localhost',
  taskManagerHost: 'tm',
  ports: { rpc: 1, rest: 2, blob: 3, taskManagerRpc: 4, taskManagerData: 5, metrics: 6 },
  jobManagerMemory: {
    processBytes: 1024 * MIB,
    metaspaceBytes: 128 * MIB,
    offHeapBytes: 64 * MIB,
    overhead: { minBytes: 64 * MIB, maxBytes: 1024 * MIB, fraction: 0.1 },
  },
  taskManagerMemory: {
    processBytes: 2048 * MIB,
    managed: { bytes: 256 * MIB },
    network: { minBytes: 64 * MIB },
  },
  taskSlots: 4,
  parallelism: 2,
  checkpoints: { directory: 's3://b/c', savepoints: 'file:///s', intervalMs: 5000, retained: true },
  stateBackend: 'rocksdb',
  highAvailability: { clusterId: 'flink', storage: 'file:///ha' },
  tmpDir: '/tmp',
  javaOptions: ['-Dx=y'],
  options: { 'pipeline.name': 'a: b #c', 'table.exec.mini-batch.enabled': true, 'rest.port': 2, empty: '' },
};

test('everything that can be set', () => {
  const options = flinkOptions(FULL);
  expect(options).toMatchObject({
    'rest.bind-address': 'localhost',
    'taskmanager.host': 'tm',
    'blob.server.port': '3',
    'taskmanager.rpc.port': '4',
    'taskmanager.data.port': '5',
    'metrics.reporter.prom.port': '6',
    'metrics.reporter.prom.factory.class': 'org.apache.flink.metrics.prometheus.PrometheusReporterFactory',
    'jobmanager.memory.process.size': '1g',
    'jobmanager.memory.jvm-overhead.fraction': '0.1',
    'taskmanager.memory.managed.size': '256m',
    'taskmanager.memory.network.min': '64m',
    'taskmanager.numberOfTaskSlots': '4',
    'parallelism.default': '2',
    'execution.checkpointing.dir': 's3://b/c',
    'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
    'execution.checkpointing.savepoint-dir': 'file:///s',
    'execution.checkpointing.interval': '5000 ms',
    'state.backend.type': 'rocksdb',
    'high-availability.type': 'kubernetes',
    'high-availability.storageDir': 'file:///ha',
    'kubernetes.cluster-id': 'flink',
    'io.tmp.dirs': '/tmp',
    'table.exec.mini-batch.enabled': 'true',
  });
  expect(options['env.java.opts.all']).toMatch(/ -Dx=y$/);
});

test('the text is YAML with the same options, sorted by name', () => {
  const text = flinkConfigYaml(FULL);
  const read = parse(text) as Record<string, unknown>;
  const asText = Object.fromEntries(Object.entries(read).map(([name, value]) => [name, String(value)]));
  expect(asText).toEqual(flinkOptions(FULL));
  expect(Object.keys(read)).toEqual(Object.keys(read).sort());
});

test.each<[string, Partial<FlinkConfig>, string]>([
  ['no task slots', { taskSlots: 0 }, 'taskSlots is 0; allowed: a whole number, 1 or more'],
  ['no parallelism', { parallelism: 0 }, 'parallelism is 0'],
  ['an invalid port', { ports: { rest: 0 } }, 'ports.rest is 0; allowed: a whole number, 1 to 65535'],
  [
    'equal ports',
    { ports: { rest: 7000, metrics: 7000 } },
    'ports is [7000,7000]; allowed: values that are all different',
  ],
  [
    'memory that does not fit',
    { taskManagerMemory: { processBytes: 512 * MIB } },
    'taskManager.memory.process is "512m"',
  ],
  [
    'a checkpoint interval that is too short for Flink',
    { checkpoints: { directory: 'f', intervalMs: 1 } },
    'checkpoints.intervalMs is 1',
  ],
  [
    'an option that is computed',
    { options: { 'rest.port': 1 } },
    `options['rest.port'] is 1; allowed: "8081", which other props set`,
  ],
])('throws for %s', (_, change, message) => {
  expect(() => flinkConfigYaml({ ...MINIMAL, ...change })).toThrow(message);
});
