/** What the end-to-end tests of `produce` have in common: running it, and reading a topic back. */
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka, logLevel } from 'kafkajs';

import { run } from '../../producer/cli';
import { services } from './services';

/** What a run of the command line gave. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits until `holds`, for at most a minute. The error says `what` was waited for, and `seen`. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seen: () => string = () => '',
): Promise<void> {
  for (const began = Date.now(); !(await holds()); await sleep(50)) {
    if (Date.now() - began > 60_000) throw new Error(`not within a minute: ${what}\n${seen()}`);
  }
}

/** Runs `strain-producer` in this process. */
export async function strainProducer(
  argv: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await run(argv, { stdin: Readable.from([]), stdout, stderr, env: {}, signal });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, stdout: out, stderr: err };
}

/** `strain-producer produce` on the services of this run; `args` come last, so they can say otherwise. */
export function produce(topic: string, args: readonly string[], signal?: AbortSignal): Promise<Run> {
  return strainProducer([...produceArgs(topic), ...args], signal);
}

/**
 * The same without transactions, for tests of what brokers and networks do to batches: what is sent can be
 * seen at once.
 */
export function produceAtLeastOnce(
  topic: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<Run> {
  return produce(topic, ['--at-least-once', ...args], signal);
}

export function produceArgs(topic: string): string[] {
  const { bootstrapServers, registryUrl } = services.addresses;
  return [
    ...['produce', '--topic', topic],
    ...['--bootstrap-servers', bootstrapServers],
    ...['--schema-registry', registryUrl],
  ];
}

/**
 * A message as kafkajs's own registry client decodes it, which shares nothing with the producer's encoder.
 */
export interface Message {
  readonly partition: number;
  readonly key: { readonly site: string };
  readonly value: { readonly time: number } & Record<string, unknown>;
}

function client(): Kafka {
  return new Kafka({ brokers: [services.addresses.bootstrapServers], logLevel: logLevel.NOTHING });
}

/** Messages in a topic, by the offsets of its partitions; 0 when there is no such topic. */
export async function messageCount(topic: string): Promise<number> {
  const admin = client().admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic).catch(() => []);
    return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  } finally {
    await admin.disconnect();
  }
}

/** All messages of a topic, those of a partition in order. */
export async function readTopic(topic: string): Promise<Message[]> {
  const registry = new SchemaRegistry({ host: services.addresses.registryUrl });
  const expected = await messageCount(topic);
  const raw: { partition: number; key: Buffer; value: Buffer }[] = [];
  if (expected === 0) return [];
  const consumer = client().consumer({ groupId: `test-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachBatch: ({ batch: { partition, messages } }) => {
          for (const { key, value } of messages) if (key && value) raw.push({ partition, key, value });
          if (raw.length >= expected) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  const messages: Message[] = [];
  for (const { partition, key, value } of raw) {
    messages.push({
      partition,
      key: (await registry.decode(key)) as Message['key'],
      value: { ...((await registry.decode(value)) as Message['value']) },
    });
  }
  return messages;
}

/** Messages as `parse` prints rows: without nulls, the session derived from the fields that are set. */
export function asParsed(messages: readonly Message[]): string[] {
  return messages.map(({ key, value }) => {
    const present = Object.entries(value).filter(([, it]) => it !== null);
    const fields = present.map(([name]) => name);
    const session = fields.some((name) => name.startsWith('bs'))
      ? 'Min'
      : fields.some((name) => name.startsWith('ls'))
        ? 'Hour'
        : 'Day';
    return JSON.stringify({ session, key: { ...key }, value: Object.fromEntries(present) });
  });
}
