/** What goes wrong on a cluster is reported: what, where, and what to do. What can recover recovers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Chart, Duration, Size } from 'cdk8s';
import { StackNamespace } from '../../charts/namespace';
import { strainSchemas, strainTopic } from '../../charts/strain';
import { NAMES } from '../../constructs/common/names';
import {
  configureStack,
  Kafka,
  KafkaTopics,
  LandoopTopicsUi,
  KafkaRest,
  SchemaRegistry,
  Storage,
  StrainProducer,
} from '../../constructs/index';
import { PORTS, TOPIC } from '../../contract';
import { run } from '../e2e/command';
import { Cluster } from './support/cluster';
import { removeLeftovers, testNamespace } from './support/namespace';

const PARTITIONS = 4;

/** A topic whose subject has another schema. */
const OTHER_TOPIC = 'other';

/** Of the same record, but for a field's type. */
const OTHER_SCHEMA = {
  type: 'record',
  name: 'gtsm_etl',
  namespace: 'gtsm_etl',
  fields: [
    { name: 'site', type: ['string', 'null'] },
    { name: 'bs1_t0', type: ['string', 'null'] },
  ],
};

/** How long the producers here wait for a service, in seconds. */
const WAIT = 5;

/** How long `npm run wait` waits, in seconds: the producer's pod has started, waited, and ended by then. */
const WAIT_FOR = 30;

describe('what goes wrong', () => {
  const namespace = testNamespace('messages');
  const cluster = new Cluster(namespace);
  const folder = mkdtempSync(path.join(tmpdir(), 'manifests-'));

  const services = {
    kafka: Kafka.fromBootstrapServers(`${NAMES.kafka}:${PORTS.kafka}`),
    registry: SchemaRegistry.fromUrl(`http://${NAMES.schemaRegistry}:${PORTS.schemaRegistry}`),
    rest: KafkaRest.fromUrl(`http://${NAMES.kafkaRest}:${PORTS.kafkaRest}`),
  };

  /** Reports of faults that have nothing to do with each other, which are made at the same time. */
  let said: Record<'noImage' | 'noClass' | 'early' | 'fewer', Promise<string>>;

  beforeAll(async () => {
    await removeLeftovers('messages');
    const manifest = synthesize('services', (chart) => {
      new StackNamespace(chart, 'namespace', namespace);
      const kafka = new Kafka(chart, 'kafka', {
        listeners: [{ name: 'INTERNAL', port: PORTS.kafka, reach: 'pods' }],
        storage: Storage.emptyDir(Size.gibibytes(1)),
      });
      new SchemaRegistry(chart, 'registry', { kafka });
      strainTopic(chart, kafka, PARTITIONS, 1);
    });
    await cluster.apply(manifest);
    await scaleRegistry(0);
    const topicIsThere = cluster.untilComplete(NAMES.kafkaTopics, 120);
    said = {
      noImage: waitFor('no-image', (chart) => {
        new LandoopTopicsUi(chart, 'ui', {
          rest: services.rest,
          name: 'no-image',
          image: 'no-such/image:1.0.0',
        });
      }),
      noClass: waitFor('no-class', (chart) => {
        new Kafka(chart, 'kafka', {
          name: 'no-class',
          listeners: [{ name: 'INTERNAL', port: PORTS.kafka, reach: 'pods' }],
          storage: Storage.claim(Size.gibibytes(1), { storageClass: 'no-such-class' }),
        });
      }),
      early: topicIsThere.then(() =>
        waitFor('early', (chart) => {
          new StrainProducer(chart, 'producer', { ...producerProps(chart, TOPIC), name: 'early' });
        }),
      ),
      fewer: topicIsThere.then(() =>
        waitFor('fewer', (chart) => {
          new KafkaTopics(chart, 'topics', {
            kafka: services.kafka,
            name: 'fewer',
            topics: [{ name: TOPIC, partitions: 2 }],
          });
        }),
      ),
    };
    // Each fails its own test.
    await Promise.allSettled(Object.values(said));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await cluster.remove();
  });

  test('an image that does not exist: `npm run wait` names it, the container, and where to look', async () => {
    const text = await said.noImage;
    expect(text).toMatch(
      /pod no-image-\S+, container ui: (ErrImage|ImagePull)\w+: the node cannot pull image \S*no-such\/image:1\.0\.0/,
    );
    expect(text).toContain('To fix it: check the name');
  });

  test('a class of volumes that does not exist: `npm run wait` names the claim, the class, and the prop', async () => {
    const text = await said.noClass;
    expect(text).toMatch(
      /pod no-class-0: no node can run it: claim data-no-class-0: not bound to a volume \(class no-such-class\)/,
    );
    expect(text).toMatch(/To fix it: use a storage class of the cluster .*prop storageClass/);
  });

  test('a registry that is not up: the producer reports it, and publishes the rows once it is up', async () => {
    const text = await said.early;
    expect(text).toMatch(/pod early-\S+, container producer: ended with exit code 1/);
    expect(text).toMatch(
      new RegExp(
        `the schema registry at ${services.registry.url} did not answer within ${WAIT} s \\(.+\\)\n.*SCHEMA_REGISTRY_URL`,
      ),
    );
    await scaleRegistry(1);
    await cluster.untilComplete('early', 180);
  });

  test('a topic that has more partitions than are declared: the Job names both numbers and what can be done', async () => {
    const text = await said.fewer;
    expect(text).toMatch(/Job fewer-\S+: it failed and is not retried/);
    expect(text).toContain(
      `${TOPIC} has ${PARTITIONS} partitions, 2 are declared: Kafka cannot remove partitions. Declare ${PARTITIONS} or more, or delete the topic with its records.`,
    );
  });

  test('another schema under the subject: the producer names the subject and the field', async () => {
    await registerOther();
    const text = await waitFor('wrong', (chart) => {
      new StrainProducer(chart, 'producer', {
        ...producerProps(chart, OTHER_TOPIC),
        name: 'wrong',
        retries: 0,
      });
    });
    expect(text).toMatch(/Job wrong-\S+: it failed and is not retried/);
    expect(text).toMatch(/the schema registry at \S+ refuses the schema of other-value/);
    expect(text).toContain('field bs1_t0 is ["string","null"] there, ["int","null"] here');
  });

  function producerProps(chart: Chart, topic: string) {
    return {
      topic: { name: topic, kafka: services.kafka },
      registry: services.registry,
      schemas: strainSchemas(chart),
      waitsFor: Duration.seconds(WAIT),
    };
  }

  /** A manifest of what `add` adds to an empty chart. */
  function synthesize(name: string, add: (chart: Chart) => void): string {
    const app = new App();
    const chart = new Chart(app, name, { namespace, disableResourceNameHashes: true });
    configureStack(chart, {
      multiNode: false,
      imageRegistry: process.env.IMAGE_REGISTRY,
      // These charts know each other's services by name only, so no policy would let them in.
      networkPolicies: false,
    });
    add(chart);
    return app.synthYaml();
  }

  /** Applies a manifest that cannot come up, and gives what `npm run wait` writes about it. */
  async function waitFor(name: string, add: (chart: Chart) => void): Promise<string> {
    const manifest = synthesize(name, add);
    const file = path.join(folder, `${name}.k8s.yaml`);
    writeFileSync(file, manifest);
    await cluster.apply(manifest);
    const options = ['--namespace', namespace, '--timeout', String(WAIT_FOR)];
    const { code, stderr } = await run('npm', ['run', '--silent', 'wait', '--', file, ...options]);
    expect(code).toBe(1);
    return stderr;
  }

  async function scaleRegistry(replicas: number): Promise<void> {
    await cluster.kubectl.text(['scale', `deployment/${NAMES.schemaRegistry}`, `--replicas=${replicas}`]);
  }

  async function registerOther(): Promise<void> {
    const { status } = await cluster.forward(`svc/${NAMES.schemaRegistry}`, PORTS.schemaRegistry, ({ url }) =>
      fetch(`${url}/subjects/${OTHER_TOPIC}-value/versions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/vnd.schemaregistry.v1+json' },
        body: JSON.stringify({ schema: JSON.stringify(OTHER_SCHEMA) }),
      }),
    );
    expect(status).toBe(200);
  }
});
