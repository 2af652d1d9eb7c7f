/** What Kafka's own consumer reads of a topic with read_committed, which shares nothing with the producer. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';

import { findJava } from '../../local/requirements';
import type { Message } from './producing';
import { services } from './services';

/** Between keys, values and messages: no Avro record of a row has these bytes. */
const [AFTER_KEY, AFTER_VALUE] = ['<-key|value->', '<-value|key->'];
/** How long the consumer waits for another message before it ends. */
const SETTLED_MS = 3_000;

/** All committed messages of a topic, those of a partition in order. */
export async function readCommitted(topic: string): Promise<Message[]> {
  const { kafkaJars, bootstrapServers, registryUrl } = services.addresses;
  const registry = new SchemaRegistry({ host: registryUrl });
  const args = [
    ...['-cp', path.join(kafkaJars, '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer'],
    ...['--bootstrap-server', bootstrapServers, '--topic', topic, '--from-beginning'],
    ...['--isolation-level', 'read_committed', '--timeout-ms', `${SETTLED_MS}`],
    ...['--formatter-property', 'print.key=true', '--formatter-property', 'print.partition=true'],
    ...['--formatter-property', `key.separator=${AFTER_KEY}`],
    ...['--formatter-property', `line.separator=${AFTER_VALUE}`],
  ];
  const { stdout } = await promisify(execFile)(await findJava(), args, {
    encoding: 'latin1',
    maxBuffer: 2 ** 29,
  });
  const messages: Message[] = [];
  for (const line of stdout.split(AFTER_VALUE).slice(0, -1)) {
    const [partition = '', key = '', value = ''] = line.split(AFTER_KEY);
    messages.push({
      partition: Number(partition.replace('Partition:', '')),
      key: (await registry.decode(Buffer.from(key, 'latin1'))) as Message['key'],
      value: { ...((await registry.decode(Buffer.from(value, 'latin1'))) as Message['value']) },
    });
  }
  return messages;
}
