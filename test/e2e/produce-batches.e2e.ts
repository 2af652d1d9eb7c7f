/** Record batches as other clients and the broker see them. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

import { findJava } from '../../local/requirements';
import { Brokers } from '../../producer/publish/kafkajs-inner';
import { Outage } from '../../producer/publish/outage';
import { PartitionSender, type SenderOptions } from '../../producer/publish/partition-sender';
import { ensureTopics } from '../../producer/publish/topic';
import { codecOf, type Compression } from '../../producer/records/compression';
import { RowEncoder } from '../../producer/records/encoder';
import { defaultSchemasRoot, loadSchemas } from '../../producer/records/schemas';
import { logTo, rows } from '../producer/publish/helpers';
import { asParsed, messageCount, produceAtLeastOnce, readTopic, strainProducer } from './producing';
import { services } from './services';

const COMPRESSED: readonly Compression[] = 'zstdCompress' in zlib ? ['gzip', 'lz4', 'zstd'] : ['gzip', 'lz4'];

/** Rows of an hour at 1 Hz. */
const ROWS = 3_580;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'produce-batches-'));
  await strainProducer(['sample', folder, '--session', 'Hour']);
});
afterAll(() => rm(folder, { recursive: true }));

/**
 * What Kafka's own console consumer prints of a topic: bytes of keys and values, and the timestamps if asked
 * for.
 */
async function consoleConsumer(topic: string, messages: number, timestamps = false): Promise<Buffer> {
  const { kafkaJars, bootstrapServers } = services.addresses;
  const args = [
    ...['-cp', path.join(kafkaJars, '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer'],
    ...['--bootstrap-server', bootstrapServers, '--topic', topic, '--from-beginning'],
    ...['--max-messages', `${messages}`, '--timeout-ms', '60000'],
    ...['--formatter-property', 'print.key=true'],
    ...['--formatter-property', `print.timestamp=${timestamps}`],
  ];
  const { stdout } = await promisify(execFile)(await findJava(), args, {
    encoding: 'buffer',
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

test('the Java consumer reads the same keys and values from batches of each compression', async () => {
  const before = Date.now();
  expect((await produceAtLeastOnce('none', [folder, '--compression', 'none'])).code).toBe(0);
  const { stdout } = await strainProducer(['parse', folder]);
  expect(asParsed(await readTopic('none'))).toEqual(stdout.trim().split('\n'));
  const expected = await consoleConsumer('none', ROWS);
  expect(expected.length).toBeGreaterThan(ROWS * 100);
  for (const compression of COMPRESSED) {
    expect((await produceAtLeastOnce(compression, [folder, '--compression', compression])).code).toBe(0);
    expect((await consoleConsumer(compression, ROWS)).equals(expected)).toBe(true);
  }
  const [, timestamp] = /^CreateTime:(\d+)/.exec((await consoleConsumer('none', 1, true)).toString()) ?? [];
  // The time of publishing, not of the sample, which retention could delete on arrival.
  expect(Number(timestamp)).toBeGreaterThanOrEqual(before);
  expect(Number(timestamp)).toBeLessThanOrEqual(Date.now());
});

/** What senders to the only partition of a new topic need, and the lines that they log. */
async function connected(topic: string): Promise<{ options: SenderOptions; lines: string[] }> {
  const bootstrapServers = [services.addresses.bootstrapServers];
  const lines: string[] = [];
  const log = logTo(lines);
  const brokers = new Brokers(bootstrapServers, log);
  await brokers.connect();
  await ensureTopics(brokers.kafka, [{ topic: topic }], bootstrapServers);
  await brokers.loadTopics(topic);
  const outage = new Outage(log, 'Kafka', 60);
  const options = { bootstrapServers, topic, wait: 60, deliveryTimeout: 60, brokers, log, outage };
  return { options: { ...options, codec: codecOf('gzip') }, lines };
}

const encoder = new RowEncoder(loadSchemas(defaultSchemasRoot()), { key: 1, value: 2 });

test('sequence numbers go on at 0 after 2^31 - 1, in the middle of a batch', async () => {
  const { options, lines } = await connected('wrap');
  const sender = new PartitionSender(0, await options.brokers.newProducerId(), options, 2 ** 31 - 2_500);
  await Promise.all(Array.from({ length: 10 }, () => sender.send(encoder.encode(rows(1_000)))));
  await options.brokers.close();
  expect(await messageCount('wrap')).toBe(10_000);
  expect(lines.join('')).not.toContain('new producer id');
});

test('sequence numbers that the leader does not expect: a warning, and on under a new producer id', async () => {
  const { options, lines } = await connected('gap');
  const producer = await options.brokers.newProducerId();
  await new PartitionSender(0, producer, options).send(encoder.encode(rows(1_000)));
  const after = new PartitionSender(0, producer, options, 5_000);
  await Promise.all(Array.from({ length: 7 }, () => after.send(encoder.encode(rows(1_000)))));
  await options.brokers.close();
  expect(await messageCount('gap')).toBe(8_000);
  expect(lines.filter((line) => line.includes('continuing under a new producer id'))).toHaveLength(1);
  expect(lines.join('')).toContain('OUT_OF_ORDER_SEQUENCE_NUMBER');
});
