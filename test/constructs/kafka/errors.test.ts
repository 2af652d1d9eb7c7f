import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Kafka, Storage, type KafkaProps } from '../../../constructs/index';
import { make, withZooKeeper } from './chart';

describe('Kafka throws if', () => {
  const failing = (props: KafkaProps) => () => make(props);

  test('replication is above the number of brokers', () => {
    expect(failing({ replicationFactor: 3 })).toThrow(
      /^test\/kafka: replicationFactor is 3; allowed: at most 1, the number of brokers\. Lower it, or add brokers\.$/,
    );
  });

  test('more replicas have to be in sync than there are', () => {
    expect(failing({ brokers: 3, minInSyncReplicas: 4 })).toThrow(
      'test/kafka: minInSyncReplicas is 4; allowed: at most 3, the replication factor. Lower it, or raise the replication factor.',
    );
  });

  test('the heap does not fit the memory limit', () => {
    expect(failing({ heap: Size.gibibytes(1) })).toThrow(
      'test/kafka: heap is "1024Mi"; allowed: at most 512Mi, the memory limit of 640Mi less 128Mi that a JVM needs outside its heap. ' +
        'Lower heap or raise resources.memoryLimit; Kubernetes kills a container that exceeds its limit.',
    );
  });

  test('the heap of the controllers does not fit', () => {
    expect(failing({ brokers: 3, controllers: { heap: Size.gibibytes(2) } })).toThrow(
      /^test\/kafka\/controllers: heap is "2048Mi"; allowed: at most 512Mi/,
    );
  });

  test('a request is above its limit', () => {
    expect(failing({ resources: { memoryRequest: Size.gibibytes(2) } })).toThrow(
      'test/kafka: resources.memoryRequest is "2048Mi"; allowed: at most resources.memoryLimit, 640Mi. Lower memoryRequest or raise memoryLimit.',
    );
    expect(failing({ resources: { cpuRequest: Cpu.units(3) } })).toThrow(
      'test/kafka: resources.cpuRequest is "3000m"; allowed: at most resources.cpuLimit, 2000m.',
    );
  });

  test.each([2, 4])('there are %i controllers', (count) => {
    expect(failing({ brokers: 3, controllers: { count } })).toThrow(
      `test/kafka: controllers.count is ${count}; allowed: an odd number, or 0. ` +
        `${count} controllers outlive ${count / 2 - 1} failure(s), as ${count - 1} do; use ${count - 1} or ${count + 1}.`,
    );
  });

  test('an even number of brokers are the controllers', () => {
    expect(failing({ brokers: 2, controllers: { count: 0 } })).toThrow(
      'test/kafka: brokers is 2; allowed: an odd number, as the brokers are the controllers.',
    );
  });

  test.each([0, 1.5, -1])('the number of brokers is %p', (count) => {
    expect(failing({ brokers: count })).toThrow(
      `test/kafka: brokers is ${count}; allowed: a whole number, 1 to 1000.`,
    );
  });

  test('a property differs by broker, or is made from a prop', () => {
    expect(failing({ properties: { 'node.id': 1 } })).toThrow(
      "test/kafka: properties['node.id'] is 1; allowed: properties that are the same for all pods.",
    );
    expect(failing({ properties: { 'log.dirs': '/data' } })).toThrow(
      `test/kafka: properties['log.dirs'] is "/data"; allowed: "/var/lib/kafka/data/kafka", which other props set.`,
    );
  });

  test('the cluster id is not 16 bytes', () => {
    expect(failing({ clusterId: 'mine' })).toThrow(
      'test/kafka: clusterId is "mine"; allowed: 16 bytes in URL-safe base64, 22 characters. Take what `kafka-storage.sh random-uuid` prints',
    );
  });

  test('brokers get no time to hand over', () => {
    expect(failing({ gracePeriod: Duration.seconds(30) })).toThrow(
      'test/kafka: gracePeriod is "30s"; allowed: 60 seconds or more.',
    );
  });

  test('a variable is set that the construct sets', () => {
    expect(failing({ pod: { env: { CLUSTER_ID: 'x' } } })).toThrow(
      'test/kafka: pod.env.CLUSTER_ID is "given a second time"; allowed: variables that the construct does not set itself.',
    );
  });

  test.each([
    ['controllers', { controllers: { count: 3 } }],
    ['clusterId', { clusterId: '5L6g3nShT-eMCtK--X86sw' }],
  ])('ZooKeeper is there, and %s', (property, props) => {
    expect(() => withZooKeeper(props)).toThrow(
      new RegExp(`^test/kafka: ${property} is .*; allowed: nothing with zooKeeper\\. Leave out ${property},`),
    );
  });

  test('a folder of a node holds the data where there are several nodes', () => {
    const storage = Storage.hostPath('/data', Size.gibibytes(1));
    expect(failing({ storage })).toThrow(
      'test/kafka: storage is "hostPath /data"; allowed: a claim, as pods can land on several nodes. ' +
        'Use Storage.claim(…), or configureStack(…, { multiNode: false }) for a cluster of one node.',
    );
  });

  test('there are two of one name in a chart', () => {
    const { chart } = make();
    expect(() => new Kafka(chart, 'second')).toThrow(
      /name is "kafka-broker"; allowed: a name that no other workload of the namespace has; test\/kafka/,
    );
  });
});
