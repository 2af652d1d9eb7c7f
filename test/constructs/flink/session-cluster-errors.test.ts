/** What `FlinkSessionCluster` refuses. */
import { Size } from 'cdk8s';
import {
  Access,
  FlinkSessionCluster,
  FlinkStorage,
  type FlinkConnector,
  type FlinkSessionClusterProps,
} from '../../../constructs/index';
import { links, newChart } from '../support';
import { make } from './cluster';

test.each<[string, FlinkSessionClusterProps, string]>([
  [
    'a fixed number with autoscaling',
    { taskManager: { replicas: 2, autoscaling: { maxReplicas: 4 } } },
    'test/flink: taskManager.replicas is 2; allowed: nothing with autoscaling: each kubectl apply would set the number back.',
  ],
  [
    'a largest number below the smallest',
    { taskManager: { autoscaling: { minReplicas: 3, maxReplicas: 2 } } },
    'test/flink: taskManager.autoscaling.maxReplicas is 2; allowed: a whole number, 3 or more.',
  ],
  [
    'another endpoint than that of the storage',
    {
      storage: FlinkStorage.s3('s3://states/flink', { endpoint: 'http://minio:9000' }),
      flinkOptions: { 's3.endpoint': 'http://other:9000' },
    },
    'test/flink: flinkOptions[\'s3.endpoint\'] is "http://other:9000"; allowed: "http://minio:9000", which other props set.',
  ],
  [
    'another scheduler with autoscaling',
    {
      taskManager: { autoscaling: { maxReplicas: 2 } },
      flinkOptions: { 'jobmanager.scheduler': 'default' },
    },
    'test/flink: flinkOptions[\'jobmanager.scheduler\'] is "default"; allowed: "adaptive", which other props set.',
  ],
  [
    'replicas without high availability',
    { jobManager: { replicas: 2 } },
    'test/flink: jobManager.replicas is 2; allowed: 1 without highAvailability',
  ],
  [
    'high availability without a storage',
    { highAvailability: true },
    'test/flink: storage is not set; allowed: a storage that all',
  ],
  [
    'a process above its limit',
    {
      taskManager: {
        memory: { process: Size.gibibytes(2) },
        resources: { memoryLimit: Size.gibibytes(1) },
      },
    },
    'test/flink: taskManager.memory.process is "2Gi"; allowed: at most taskManager.resources.memoryLimit, 1Gi',
  ],
  [
    'memory that leaves no heap',
    { jobManager: { memory: { process: Size.mebibytes(512) } } },
    'test/flink: jobManager.memory.process is "512m"; allowed: ',
  ],
  ['no TaskManager', { taskManager: { replicas: 0 } }, 'taskManager.replicas is 0'],
  ['no task slots', { taskManager: { taskSlots: 0 } }, 'taskManager.taskSlots is 0'],
  ['half a task slot', { taskManager: { taskSlots: 1.5 } }, 'taskManager.taskSlots is 1.5'],
  ['no parallelism', { parallelism: 0 }, 'parallelism is 0'],
  [
    'an unknown connector',
    { connectors: ['kafak' as FlinkConnector] },
    'test/flink: connectors[0] is "kafak"; allowed: each of kafka, avro-confluent, avro',
  ],
  ['a mistyped connector', { connectors: ['kafak' as FlinkConnector] }, 'Did you mean "kafka"?'],
  ['a connector twice', { connectors: ['kafka', 'kafka'] }, 'connectors[1] is "kafka"'],
  [
    'an option that follows from a prop',
    { flinkOptions: { 'taskmanager.numberOfTaskSlots': 3 } },
    "flinkOptions['taskmanager.numberOfTaskSlots'] is 3; allowed: options that no other prop makes. Leave it out: set taskManager.taskSlots.",
  ],
  [
    'an option that is computed',
    { flinkOptions: { 'rest.port': 9999 } },
    `options['rest.port'] is 9999; allowed: "8081", which other props set`,
  ],
  [
    'an address that is not a folder',
    { storage: FlinkStorage.url('/data') },
    'storage.url is "/data"; allowed: the address of a folder',
  ],
  [
    'a node port out of range',
    { jobManager: { access: Access.nodePort(8083) } },
    'nodePort is 8083; allowed: 30000 to 32767',
  ],
  [
    'a volume for one node if there are several',
    { storage: FlinkStorage.claim(Size.gibibytes(1), { accessMode: 'ReadWriteOnce' }) },
    'storage.accessMode is "ReadWriteOnce"; allowed: ReadWriteMany',
  ],
  ['a heap above the limit', { sqlClient: { heap: Size.gibibytes(1) } }, 'sqlClient.heap is "1024Mi"'],
])('%s', (_, props, message) => {
  expect(() => make(props)).toThrow(message);
});

test('a table that needs a connector that the image does not have', () => {
  const chart = newChart();
  const tables = [links(chart).table()];
  expect(() => new FlinkSessionCluster(chart, 'flink', { tables, connectors: ['kafka'] })).toThrow(
    'allowed: a list with kafka and avro-confluent, because table rows needs both',
  );
});
