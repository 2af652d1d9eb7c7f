/** What Kafka's own consumer reads of a topic with read_committed, which shares nothing with the producer. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';

import { findJava } from '../../local/requirements';
import type { Message } from './producing';
import { type ServiceAddresses, services } from './services';

/** Between keys, values and messages: no Avro record of a row has these bytes. */
const [AFTER_KEY, AFTER_VALUE] = ['<-key|value->', '<-value|key->'];
/** How long it may take until all messages are there, and how long it is waited for one too many. */
const [LIMIT_MS, SETTLED_MS] = [60_000, 1_500];

/** What the consumer needs to know of the services. */
type Where = Pick<ServiceAddresses, 'kafkaJars' | 'bootstrapServers' | 'registryUrl'>;

/**
 * The committed messages of a topic, those of a partition in order: at least `count`, unless they do not come
 * within a minute.
 */
export async function readCommitted(
  topic: string,
  count: number,
  { kafkaJars, bootstrapServers, registryUrl }: Where = services.addresses,
): Promise<Message[]> {
  const registry = new SchemaRegistry({ host: registryUrl });
  const args = [
    ...['-Xmx256m', '-XX:TieredStopAtLevel=1'],
    ...['-cp', path.join(kafkaJars, '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer'],
    ...['--bootstrap-server', bootstrapServers, '--topic', topic, '--from-beginning'],
    ...['--isolation-level', 'read_committed'],
    ...['--formatter-property', 'print.key=true', '--formatter-property', 'print.partition=true'],
    ...['--formatter-property', `key.separator=${AFTER_KEY}`],
    ...['--formatter-property', `line.separator=${AFTER_VALUE}`],
  ];
  const consumer = spawn(await findJava(), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const lines: string[] = [];
  let rest = '';
  consumer.stdout.setEncoding('latin1').on('data', (text: string) => {
    const parts = (rest + text).split(AFTER_VALUE);
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  for (const limit = Date.now() + LIMIT_MS; lines.length < count && Date.now() < limit;) await sleep(50);
  await sleep(SETTLED_MS);
  consumer.kill('SIGKILL');
  await once(consumer, 'close');
  const messages: Message[] = [];
  for (const line of lines) {
    const [partition = '', key = '', value = ''] = line.split(AFTER_KEY);
    messages.push({
      partition: Number(partition.replace('Partition:', '')),
      key: (await registry.decode(Buffer.from(key, 'latin1'))) as Message['key'],
      value: { ...((await registry.decode(Buffer.from(value, 'latin1'))) as Message['value']) },
    });
  }
  return messages;
}
