/**
 * A job whose results can be told from what was sent: it copies numbers, and sums them up by their last
 * digit.
 */
import { App, Chart, Duration, Size } from 'cdk8s';
import { Type } from 'avsc';
import type { Consumer } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackNamespace } from '../../../charts/namespace';
import { NAMES } from '../../../constructs/common/names';
import {
  AvroSchemas,
  AvroTable,
  configureStack,
  DefaultDeny,
  Kafka,
  KafkaTopics,
  SchemaRegistry,
  Storage,
} from '../../../constructs/index';
import { PORTS } from '../../../contract';
import type { BrokerAccess } from './broker-access';
import type { Cluster } from './cluster';
import { consumeCommitted } from './console-consumer';

const record = (name: string, ...fields: string[]) => ({
  type: 'record' as const,
  name,
  fields: fields.map((field) => ({ name: field, type: 'long' })),
});

const SCHEMAS = {
  'numbers-value.avsc': record('number', 'n'),
  'copies-value.avsc': record('copy', 'n'),
  'sums-key.avsc': record('digit', 'digit'),
  'sums-value.avsc': record('sum', 'amount', 'total'),
} as const;

const typeOf = (file: keyof typeof SCHEMAS) => Type.forSchema(SCHEMAS[file]);

/** Name of the job. */
export const JOB = 'numbers';

/** How often the job makes a checkpoint, which is when its results are committed. */
export const CHECKPOINT_INTERVAL = Duration.seconds(2);

/** `INSERT` statements that make one job. */
export const jobOf = (...inserts: string[]) =>
  `EXECUTE STATEMENT SET BEGIN\n${inserts.map((insert) => `${insert};\n`).join('')}END;`;

/**
 * Copies the numbers that are not below `least`: no number is, so the statement changes and what it gives
 * does not.
 */
export const copying = (least: number) => `INSERT INTO copies SELECT n FROM numbers WHERE n >= ${least}`;

export const SUMMING =
  'INSERT INTO sums SELECT MOD(n, 10), COUNT(*), SUM(n) FROM numbers GROUP BY MOD(n, 10)';

/** What a job can use. */
export interface NumbersStack {
  readonly kafka: Kafka;
  readonly registry: SchemaRegistry;
  /** The topics: numbers, copies, sums. */
  readonly tables: readonly AvroTable[];
}

/**
 * Kafka, a registry and the job, as small as they go, in a namespace that is closed but for their links.
 * @param addJob adds the job to the chart
 */
export function numbersManifest(
  namespace: string,
  addJob: (chart: Chart, stack: NumbersStack) => void,
): string {
  const app = new App();
  const chart = new Chart(app, 'numbers', { namespace, disableResourceNameHashes: true });
  configureStack(chart, {
    multiNode: false,
    imageRegistry: process.env.IMAGE_REGISTRY ?? '',
  });
  new StackNamespace(chart, 'namespace', namespace);
  new DefaultDeny(chart, 'default-deny');
  const kafka = new Kafka(chart, 'kafka', {
    listeners: [{ name: 'INTERNAL', port: PORTS.kafka, reach: 'pods' }],
    storage: Storage.emptyDir(Size.gibibytes(1)),
  });
  const registry = new SchemaRegistry(chart, 'registry', { kafka });
  const topics = new KafkaTopics(chart, 'topics', {
    kafka,
    topics: [
      { name: 'numbers', partitions: 2 },
      { name: 'copies', partitions: 2 },
      { name: 'sums', partitions: 1, cleanup: 'compact' },
    ],
  });
  const files = Object.entries(SCHEMAS).map(([file, schema]) => [file, JSON.stringify(schema)] as const);
  const schemas = new AvroSchemas(chart, 'schemas', { files: Object.fromEntries(files) });
  const table = (topic: string, props: { upsert?: boolean; sink?: 'exactly-once' }) =>
    new AvroTable(chart, topic, {
      topic: topics.topic(topic),
      registry,
      schemas,
      ...props,
      ...(props.sink === undefined ? {} : { transactionalIdPrefix: `${JOB}-${topic}` }),
    });
  const tables = [
    table('numbers', {}),
    table('copies', { sink: 'exactly-once' }),
    table('sums', { upsert: true, sink: 'exactly-once' }),
  ];
  addJob(chart, { kafka, registry, tables });
  return app.synthYaml();
}

/** Magic byte, the schema's id, the record. */
const HEADER_BYTES = 5;

/** Sends numbers from 0 on, a batch at a time, until it is stopped. */
export class NumberSource {
  /** How many were acknowledged. */
  sent = 0;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly access: BrokerAccess,
  ) {}

  async start(): Promise<void> {
    const id = await this.register();
    const type = typeOf('numbers-value.avsc');
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeInt32BE(id, 1);
    const producer = this.access.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    this.running = (async () => {
      while (!this.stopped) {
        const batch = Array.from({ length: 100 }, (_, i) => this.sent + i);
        await producer.send({
          topic: 'numbers',
          acks: -1,
          messages: batch.map((n) => ({
            value: Buffer.concat([header, type.toBuffer({ n })]),
            partition: n % 2,
          })),
        });
        this.sent += batch.length;
        await sleep(200);
      }
      await producer.disconnect();
    })();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private register(): Promise<number> {
    return this.cluster.forward(`svc/${NAMES.schemaRegistry}`, PORTS.schemaRegistry, async ({ url }) => {
      const response = await fetch(`${url}/subjects/numbers-value/versions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/vnd.schemaregistry.v1+json' },
        body: JSON.stringify({ schema: JSON.stringify(SCHEMAS['numbers-value.avsc']) }),
      });
      return ((await response.json()) as { id: number }).id;
    });
  }
}

/**
 * The numbers that a client sees copied while the job runs. They show progress only: see `consumeCommitted`.
 */
export class SeenCopies {
  private readonly numbers = new Set<number>();

  private constructor(private readonly consumer: Consumer) {}

  static async follow({ kafka }: BrokerAccess): Promise<SeenCopies> {
    const consumer = kafka.consumer({ groupId: `results-${Date.now()}`, readUncommitted: false });
    const seen = new SeenCopies(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: ['copies'], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message: { value } }) => {
        if (value !== null) seen.numbers.add(copyOf(value));
        return Promise.resolve();
      },
    });
    return seen;
  }

  has(number: number): boolean {
    return this.numbers.has(number);
  }

  stop(): Promise<void> {
    return this.consumer.disconnect();
  }
}

/** The committed copies, in the order of their partitions. */
export async function committedCopies(cluster: Cluster): Promise<number[]> {
  return (await consumeCommitted(cluster, 'copies')).map(([, value]) => copyOf(value));
}

/** The last committed sum of each digit, in the order of the digits. */
export async function committedSums(cluster: Cluster): Promise<Sum[]> {
  const sums: Sum[] = [];
  for (const [key, value] of await consumeCommitted(cluster, 'sums')) {
    const { digit } = decode<{ digit: number }>('sums-key.avsc', key);
    sums[digit] = decode<Sum>('sums-value.avsc', value);
  }
  return sums;
}

/** How many numbers, and what they add up to. */
export interface Sum {
  readonly amount: number;
  readonly total: number;
}

const copyOf = (value: Buffer): number => decode<{ n: number }>('copies-value.avsc', value).n;

function decode<T>(file: keyof typeof SCHEMAS, message: Buffer): T {
  return typeOf(file).fromBuffer(message.subarray(HEADER_BYTES)) as T;
}

/** What the sums of the numbers below `end` are, in the order of the digits. */
export function sumsBelow(end: number): Sum[] {
  const sums: Sum[] = [];
  for (let n = 0; n < end; n++) {
    const { amount, total } = sums[n % 10] ?? { amount: 0, total: 0 };
    sums[n % 10] = { amount: amount + 1, total: total + n };
  }
  return sums;
}
