/** Kafka's own console consumer, in a broker's pod. */
import { NAMES } from '../../../constructs/common/names';
import { PORTS } from '../../../contract';
import type { Cluster } from './cluster';

/** Key and value as they are in Kafka. */
export type KeyAndValue = readonly [key: Buffer, value: Buffer];

/** Both ends of a message, in what the console consumer writes. */
const BETWEEN = ['<key|value>', '<end>'] as const;

/**
 * Reads a topic from its beginning with `options` of the console consumer, which ends by one of them.
 */
export async function consume(
  cluster: Cluster,
  topic: string,
  options: readonly string[],
): Promise<KeyAndValue[]> {
  const { metadata } = await cluster.pod(NAMES.kafka);
  const [between, end] = BETWEEN;
  const args = [
    `--bootstrap-server localhost:${PORTS.kafka} --topic ${topic} --from-beginning`,
    ...options,
  ].join(' ');
  const format = String.raw`print.key=true\nkey.separator=${between}\nline.separator=${end}\n`;
  // Apache's image has the tools in a folder of their own, Confluent's on the path. Without the broker's log
  // settings they log to standard error.
  const command = `set -o pipefail
    unset KAFKA_LOG4J_OPTS
    export PATH=$PATH:/opt/kafka/bin KAFKA_HEAP_OPTS=-Xmx96m
    tool=$(command -v kafka-console-consumer || command -v kafka-console-consumer.sh)
    "$tool" ${args} --formatter-config <(printf '${format}') | base64 -w 0`;
  const output = await cluster.exec(`pod/${metadata.name}`, ['bash', '-c', command]);
  const parts = split(Buffer.from(output, 'base64'), end).map((part) => split(part, between));
  return parts.filter((part): part is [Buffer, Buffer] => part.length === 2);
}

/**
 * Reads what is committed in a topic now. kafkajs cannot tell: where several transactions are open at a time,
 * it also gives records of some that were aborted (2.2.4, `filterAbortedMessages`).
 */
export function consumeCommitted(cluster: Cluster, topic: string): Promise<KeyAndValue[]> {
  return consume(cluster, topic, ['--isolation-level read_committed', '--timeout-ms 5000']);
}

function split(bytes: Buffer, separator: string): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(separator); at >= 0; at = bytes.indexOf(separator, from)) {
    parts.push(bytes.subarray(from, at));
    from = at + separator.length;
  }
  return [...parts, bytes.subarray(from)];
}
