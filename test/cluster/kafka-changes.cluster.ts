/** Changes of a Kafka cluster that would lose data are refused, and acknowledged records outlive brokers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Chart, Size } from 'cdk8s';
import type { Kafka as Client } from 'kafkajs';
import { StackNamespace } from '../../charts/namespace';
import { NAMES } from '../../constructs/common/names';
import { configureStack, Kafka, KafkaTopics, Storage, type KafkaProps } from '../../constructs/index';
import { PORTS } from '../../contract';
import { run } from '../e2e/command';
import { BrokerAccess } from './support/broker-access';
import { Cluster } from './support/cluster';
import { removeLeftovers, testNamespace } from './support/namespace';
import { readTopic } from './support/topic';

const TOPIC = 'records';
const PARTITIONS = 3;
const STORAGE = Storage.claim(Size.gibibytes(1), { retain: false });

/** How long `npm run wait` waits before it reports what keeps a pod from being ready, in seconds. */
const WAIT_FOR = 45;

/** A Kafka cluster with a topic, in a namespace of its own. */
class TestedKafka {
  readonly cluster: Cluster;
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'manifests-'));
  /** Values of the records that were acknowledged. */
  private readonly acknowledged: string[] = [];
  private sent = 0;

  constructor(private readonly owner: string) {
    this.cluster = new Cluster(testNamespace(owner));
  }

  async up(props: KafkaProps): Promise<void> {
    await removeLeftovers(this.owner);
    await this.apply(props);
    await this.cluster.untilReady(240);
    await this.cluster.untilComplete(NAMES.kafkaTopics, 120);
  }

  async down(): Promise<void> {
    rmSync(this.folder, { recursive: true });
    await this.cluster.remove();
  }

  apply(props: KafkaProps, ...moreTopics: string[]): Promise<string[]> {
    return this.cluster.apply(this.synthesize(props, moreTopics));
  }

  /** Applies a change that is refused; returns what `npm run wait` writes about it. */
  async refused(props: KafkaProps): Promise<string> {
    const file = path.join(this.folder, 'kafka.k8s.yaml');
    writeFileSync(file, this.synthesize(props, []));
    await this.cluster.apply(this.synthesize(props, []));
    const options = ['--namespace', this.cluster.namespace, '--timeout', String(WAIT_FOR)];
    const { code, stderr } = await run('npm', ['run', '--silent', 'wait', '--', file, ...options]);
    expect(code).toBe(1);
    return stderr;
  }

  /** Sends records, and waits until all in-sync replicas have them. */
  async send(count: number): Promise<void> {
    const values = Array.from({ length: count }, () => `record ${this.sent++}`);
    await this.withClient(async (client) => {
      const producer = client.producer({ retry: { retries: 0 } });
      await producer.connect();
      try {
        await producer.send({
          topic: TOPIC,
          acks: -1,
          messages: values.map((value) => ({ key: value, value })),
        });
      } finally {
        await producer.disconnect();
      }
    });
    this.acknowledged.push(...values);
  }

  async expectAllRecords(): Promise<void> {
    // The first group of a cluster has no coordinator until Kafka has made the topic of its offsets.
    const found = await this.cluster.until('the records read', 60, () => this.read());
    expect(this.acknowledged.filter((value) => !found.has(value))).toEqual([]);
    expect(this.acknowledged.length).toBeGreaterThan(0);
  }

  private async read(): Promise<Set<string>> {
    const found = new Set<string>();
    await this.withClient((client) =>
      readTopic(client, TOPIC, (_key, value) => void found.add(value.toString())),
    );
    return found;
  }

  /** What the brokers say about `min.insync.replicas`: its value, and where it comes from. */
  minInSyncReplicas(): Promise<string> {
    const script = `/opt/kafka/bin/kafka-configs.sh --bootstrap-server localhost:${PORTS.kafka} --describe --all --entity-type brokers --entity-name 0 | grep ' min.insync.replicas='`;
    return this.inBroker(script);
  }

  inBroker(script: string): Promise<string> {
    return this.cluster.exec(`pod/${NAMES.kafka}-0`, [
      'bash',
      '-c',
      `export KAFKA_HEAP_OPTS=-Xmx128m; ${script}`,
    ]);
  }

  private async withClient<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const access = await BrokerAccess.open(this.cluster);
    try {
      return await use(access.kafka);
    } finally {
      await access.close();
    }
  }

  private synthesize(props: KafkaProps, moreTopics: readonly string[]): string {
    const app = new App();
    const { namespace } = this.cluster;
    const chart = new Chart(app, 'kafka', { namespace, disableResourceNameHashes: true });
    configureStack(chart, { multiNode: false, imageRegistry: process.env.IMAGE_REGISTRY });
    new StackNamespace(chart, 'namespace', namespace);
    const kafka = new Kafka(chart, 'kafka', { storage: STORAGE, ...props });
    const topics = [TOPIC, ...moreTopics].map((name) => ({ name, partitions: PARTITIONS }));
    new KafkaTopics(chart, 'topics', { kafka, topics });
    return app.synthYaml();
  }
}

describe('one broker', () => {
  const kafka = new TestedKafka('one-broker');

  beforeAll(() => kafka.up({ brokers: 1 }));
  afterAll(() => kafka.down());

  test('does not become three with new controllers: they refuse, and the broker goes on', async () => {
    await kafka.send(300);
    const text = await kafka.refused({ brokers: 3, controllers: { storage: STORAGE } });
    expect(text).toMatch(/pod kafka-controller-\d, container kafka: .*ended with exit code 1/);
    expect(text).toContain(
      `refusing to start, and nothing was changed: the controllers of the cluster that runs are nodes 0, but this one would begin a new cluster with nodes 1000,1001,1002, without the metadata`,
    );
    expect(text).toContain('To fix it: set `brokers` and `controllers.count` back to what they were');
    await kafka.expectAllRecords();
  });

  test('goes on after the change is taken back', async () => {
    const { kubectl } = kafka.cluster;
    await kafka.apply({ brokers: 1 });
    await kubectl.text(['delete', 'statefulset', NAMES.kafkaController]);
    await kafka.cluster.untilReady(180);
    await kafka.send(100);
    await kafka.expectAllRecords();
  });

  test('does not start on the volume of a cluster whose controllers it does not know', async () => {
    const voters = 'set brokers=1; sed -i s/0@kafka/7@kafka/ /var/lib/kafka/data/layout';
    await kafka.inBroker(voters);
    await kafka.cluster.kubectl.text(['delete', 'pod', `${NAMES.kafka}-0`]);
    const text = await kafka.refused({ brokers: 1 });
    expect(text).toContain("the controllers of this volume's cluster are 7@kafka-broker-0");
  });
});

describe('three brokers', () => {
  const kafka = new TestedKafka('three-brokers');
  const props: KafkaProps = { brokers: 3, controllers: { storage: STORAGE } };

  beforeAll(() => kafka.up(props));
  afterAll(() => kafka.down());

  test('have two replicas in sync before they acknowledge a record', async () => {
    expect(await kafka.minInSyncReplicas()).toMatch(/ min\.insync\.replicas=2 /);
  });

  test('of a cluster with another default are corrected with the topics', async () => {
    await kafka.inBroker(
      `/opt/kafka/bin/kafka-configs.sh --bootstrap-server localhost:${PORTS.kafka} --alter --entity-type brokers --entity-default --add-config min.insync.replicas=1`,
    );
    expect(await kafka.minInSyncReplicas()).toMatch(/ min\.insync\.replicas=1 /);
    await kafka.apply(props, 'another');
    await kafka.cluster.until('the default corrected', 120, async () =>
      (await kafka.minInSyncReplicas()).includes(' min.insync.replicas=2 '),
    );
  });

  test('with two of them down: no record is acknowledged, and none is lost that was', async () => {
    const { kubectl } = kafka.cluster;
    await kafka.send(300);
    await kubectl.text(['scale', `statefulset/${NAMES.kafka}`, '--replicas=1']);
    await kafka.cluster.until(
      'two brokers gone',
      120,
      async () => (await kafka.cluster.pods(NAMES.kafka)).length === 1,
    );
    await kafka.cluster.until('NOT_ENOUGH_REPLICAS', 60, async () => {
      const error = await kafka.send(1).then(
        () => undefined,
        (reason: unknown) => reason as { type?: string; cause?: { type?: string } },
      );
      if (error === undefined) throw new Error('a record was acknowledged by one replica');
      if ((error.type ?? error.cause?.type) !== 'NOT_ENOUGH_REPLICAS') throw error as Error;
      return true;
    });
    await kubectl.text(['scale', `statefulset/${NAMES.kafka}`, '--replicas=3']);
    await kafka.cluster.untilReady(240);
    await kafka.expectAllRecords();
  });

  test('do not become two while the third holds partitions', async () => {
    const text = await kafka.refused({ ...props, brokers: 2 });
    expect(text).toMatch(/pod kafka-broker-1, container kafka: .*ended with exit code 1/);
    expect(text).toMatch(
      /refusing to start, and nothing was changed: brokers 2 to 2 are removed, but they hold partitions of .*records/,
    );
    await kafka.apply(props);
    await kafka.cluster.untilReady(240);
    await kafka.expectAllRecords();
  });
});
