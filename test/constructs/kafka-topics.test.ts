import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import fc from 'fast-check';
import { Kafka, KafkaTopics, type KafkaTopicsProps, type TopicDeclaration } from '../../constructs/index';
import { readScript } from '../../constructs/common/script';
import { ofKind } from '../rules/model';
import { brokenRules, newChart, synth } from './support';

interface Job {
  metadata: { name: string };
  spec: {
    backoffLimit: number;
    ttlSecondsAfterFinished: number;
    podFailurePolicy: { rules: unknown[] };
  };
}

const TOPIC: TopicDeclaration = { name: 'gtsm_etl' };

function make(props: Partial<KafkaTopicsProps> = {}, settings = {}) {
  const chart = newChart(settings);
  const kafka = Kafka.fromBootstrapServers('kafka.example:9092', { brokers: 3 });
  const topics = new KafkaTopics(chart, 'topics', { kafka, topics: [TOPIC], ...props });
  const [job] = ofKind(synth(chart), 'Job') as unknown as Job[];
  if (job === undefined) throw new Error('there is no Job');
  const files = ofKind(synth(chart), 'ConfigMap')[0]?.data ?? {};
  return { chart, topics, job, files };
}

const declared = (...topics: TopicDeclaration[]) => make({ topics });

/** Rows of the script's table of declarations. */
const rows = (files: Record<string, string>) => files['topics.tsv']?.trimEnd().split('\n');

describe('KafkaTopics', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    const all: Required<KafkaTopicsProps> = {
      kafka: Kafka.fromBootstrapServers('kafka.example:9094', { protocol: 'SASL_SSL', brokers: 3 }),
      topics: [
        {
          name: 'rows',
          partitions: 12,
          replicationFactor: 3,
          cleanup: 'compact,delete',
          retention: Duration.days(30),
          config: { 'min.insync.replicas': 2, 'compression.type': 'zstd' },
        },
        { name: 'items', cleanup: 'compact', retention: 'forever' },
      ],
      name: 'declare',
      image: 'example/kafka:4.3.2',
      waitsFor: Duration.minutes(1),
      retries: 1,
      ttl: Duration.hours(1),
      resources: { memoryLimit: Size.mebibytes(512) },
      clientProperties: { secretName: 'kafka-account', key: 'client.properties' },
      pod: { env: { KAFKA_OPTS: '-Dexample=1' } },
    };
    expect(synth(make(all).chart)).toMatchSnapshot();
  });

  test('the objects keep the rules of the charts', () => {
    const chart = newChart();
    new KafkaTopics(chart, 'topics', { kafka: new Kafka(chart, 'kafka'), topics: [TOPIC] });
    expect(brokenRules(chart)).toEqual({});
  });

  test('defaults', () => {
    const { topics, job, files } = make();
    expect(topics.image).toBe('apache/kafka:4.3.1');
    expect(topics.waitsFor.toMinutes()).toBe(5);
    expect(topics.retries).toBe(4);
    expect(topics.ttl.toMinutes()).toBe(30);
    expect(topics.jobName).toMatch(/^kafka-topics-[0-9a-f]{10}$/);
    expect(topics.resources.cpuRequest).toEqual(Cpu.millis(50));
    expect(topics.resources.cpuLimit).toEqual(Cpu.units(1));
    expect(topics.resources.memoryRequest.toMebibytes()).toBe(96);
    expect(topics.resources.memoryLimit.toMebibytes()).toBe(384);
    expect(job.spec.backoffLimit).toBe(4);
    expect(job.spec.ttlSecondsAfterFinished).toBe(1_800);
    expect(rows(files)).toEqual(['gtsm_etl\t-\t-']);
  });

  test('the table has the declarations, and nothing else', () => {
    const { files } = declared(
      { name: 'a', partitions: 4, replicationFactor: 2, cleanup: 'compact', retention: Duration.hours(1) },
      { name: 'b.c', retention: 'forever', config: { 'max.message.bytes': 2_000_000 } },
    );
    expect(rows(files)).toEqual([
      'a\t4\t2\tcleanup.policy=compact\tretention.ms=3600000',
      'b.c\t-\t-\tretention.ms=-1\tmax.message.bytes=2000000',
    ]);
    expect(files['topics.sh']).toBe(readScript('kafka/scripts/topics.sh'));
  });

  test('other declarations are another Job, the same are the same', () => {
    expect(make().topics.jobName).toBe(make().topics.jobName);
    expect(declared({ ...TOPIC, partitions: 4 }).topics.jobName).not.toBe(make().topics.jobName);
  });

  test('a declaration that Kafka cannot follow is not retried', () => {
    expect(make().job.spec.podFailurePolicy.rules[0]).toMatchObject({
      action: 'FailJob',
      onExitCodes: { containerName: 'topics', values: [3] },
    });
  });

  test('a topic that is declared is linked to by its name', () => {
    const { topics } = make();
    expect(topics.topic('gtsm_etl')).toEqual({ name: 'gtsm_etl', kafka: topics.kafka });
    expect(() => topics.topic('gtsm-etl')).toThrow(
      'test/topics: topic is "gtsm-etl"; allowed: a topic that is declared here: gtsm_etl. ' +
        'Name one of these, or declare it. Did you mean "gtsm_etl"?',
    );
  });

  test('property: names of the right form are taken, whatever they are', () => {
    const name = fc
      .stringMatching(/^[A-Za-z0-9._-]{1,249}$/)
      .filter((it) => it !== '.' && it !== '..' && !it.startsWith('__'));
    fc.assert(
      fc.property(name, (it) => {
        expect(rows(declared({ name: it }).files)).toEqual([`${it}\t-\t-`]);
      }),
      { seed: 249, numRuns: 30 },
    );
  });
});

describe('KafkaTopics throws if', () => {
  const refused = (...topics: TopicDeclaration[]) => expect(() => declared(...topics));

  test.each(['', '.', '..'])('a name is %p', (name) => {
    refused({ name }).toThrow(
      `test/topics: topics[0].name is ${JSON.stringify(name)}; allowed: a name other than the empty one, \`.\` and \`..\`. Choose another name.`,
    );
  });

  test('a name is longer than 249', () => {
    refused({ name: 'a'.repeat(250) }).toThrow(
      /allowed: at most 249 characters\. Shorten it: it has 250, and names a folder\.$/,
    );
    expect(() => declared({ name: 'a'.repeat(249) })).not.toThrow();
  });

  test.each([
    ['strain rows', ' '],
    ['strain/rows', '/'],
    ['ströme', 'ö'],
    ["a'b", "'"],
    ['a\nb', '\n'],
    ['smile😀', '😀'],
  ])('a name is %p', (name, character) => {
    refused({ name }).toThrow(
      `allowed: letters, digits, \`.\`, \`_\` and \`-\`. Replace ${JSON.stringify(character)}.`,
    );
  });

  test("a topic is Kafka's own", () => {
    refused({ name: '__consumer_offsets' }).toThrow(
      'test/topics: topics[0].name is "__consumer_offsets"; allowed: topics other than Kafka\'s own. Leave it to Kafka, which makes it.',
    );
  });

  test('two topics have one name', () => {
    refused({ name: 'a' }, { name: 'a' }).toThrow(
      'test/topics: topics[1].name is "a"; allowed: a name that topics[0] does not have. Declare each topic once.',
    );
  });

  test('two names differ only in . and _', () => {
    refused({ name: 'a_b' }, { name: 'a.b' }).toThrow(
      'test/topics: topics[1].name is "a.b"; allowed: a name that differs in more than `.` and `_` from topics[0], "a_b". ' +
        'Rename one of them: their metrics would collide.',
    );
  });

  test('there are none', () => {
    refused().toThrow('test/topics: topics is []; allowed: one topic at least. Declare a topic.');
  });

  test.each([0, -1, 1.5, NaN])('there are %p partitions', (partitions) => {
    refused({ name: 'a', partitions }).toThrow(
      `test/topics: topics[0].partitions is ${partitions}; allowed: a whole number, 1 or more.`,
    );
  });

  test('replication is above the number of brokers', () => {
    refused({ name: 'a', replicationFactor: 4 }).toThrow(
      'test/topics: topics[0].replicationFactor is 4; allowed: at most 3, the number of brokers. ' +
        'Lower it, or raise `brokers` of Kafka: a broker keeps one replica of a partition at most.',
    );
  });

  test('more replicas have to be in sync than there are', () => {
    refused({ name: 'a', replicationFactor: 1, config: { 'min.insync.replicas': 2 } }).toThrow(
      "test/topics: topics[0].config['min.insync.replicas'] is 2; allowed: at most replicationFactor, 1.",
    );
  });

  test('a setting is given twice', () => {
    refused({ name: 'a', cleanup: 'compact', config: { 'cleanup.policy': 'delete' } }).toThrow(
      'test/topics: topics[0].config[\'cleanup.policy\'] is "delete"; allowed: settings that have no prop of their own in use.',
    );
  });

  test.each([
    ['max message bytes', 1],
    ['a', 'x\ny'],
    ['a', 'x\ty'],
    ['a', '[x]'],
  ])('a setting is %p: %p', (name, value) => {
    refused({ name: 'a', config: { [name]: value } }).toThrow(
      "allowed: one of Kafka's names in lowercase, and a value without line breaks, tabs and brackets.",
    );
  });

  test('a Kafka that is not plain comes without the properties of its clients', () => {
    const kafka = Kafka.fromBootstrapServers('kafka:9094', { protocol: 'SASL_SSL' });
    expect(() => make({ kafka })).toThrow(
      "test/topics: clientProperties is not set; allowed: a Secret's key with the properties that SASL_SSL needs.",
    );
  });
});
