/** A client on the host reads through the listener that is advertised to it, as `localhost:19092`. */
import { Kafka, logLevel } from 'kafkajs';
import { NAMES } from '../../../constructs/common/names';
import { PORTS, TOPIC } from '../../../contract';
import { Forward } from '../support/forward';
import { MessageDecoder } from '../support/messages';
import { RowSum, sampleRows, sumOf, type RowSet } from '../support/rows';
import type { Stack } from '../support/stack';

const HOST_ADDRESS = `localhost:${PORTS.kafkaHost}`;

export function servesHost(stack: Stack): void {
  let forward: Forward | undefined;
  const kafka = new Kafka({ clientId: 'host', brokers: [HOST_ADDRESS], logLevel: logLevel.NOTHING });

  beforeAll(async () => {
    forward = await Forward.open(
      stack.cluster.kubectl,
      `svc/${NAMES.kafka}-0-host`,
      PORTS.kafkaHost,
      PORTS.kafkaHost,
    );
  });
  afterAll(() => forward?.close());

  test(`the broker tells a client of the host to come to ${HOST_ADDRESS}`, async () => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      const { brokers } = await admin.describeCluster();
      expect(brokers.map(({ host, port }) => `${host}:${port}`)).toEqual([HOST_ADDRESS]);
    } finally {
      await admin.disconnect();
    }
  });

  test('a consumer of a group on the host reads every row', async () => {
    const rows = await stack.cluster.forward(`svc/${NAMES.schemaRegistry}`, PORTS.schemaRegistry, ({ url }) =>
      readAll(kafka, new MessageDecoder(url)),
    );
    expect(rows).toEqual(sumOf(await sampleRows()));
  });
}

/** Reads what is in the topic now, as a consumer of a group of its own, and adds it up. */
async function readAll(kafka: Kafka, decoder: MessageDecoder): Promise<RowSet> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(TOPIC);
  await admin.disconnect();
  const left = new Map(
    offsets.filter(({ high, low }) => high !== low).map((it) => [it.partition, BigInt(it.high)]),
  );
  const sum = new RowSum();
  const consumer = kafka.consumer({ groupId: `host-${Date.now()}` });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      void consumer.run({
        eachBatch: async ({ batch }) => {
          for (const { key, value } of batch.messages) {
            if (key === null || value === null) throw new Error('a message without key or value');
            const { site } = await decoder.decode(key);
            sum.add({ key_site: site, ...(await decoder.decode(value)) });
          }
          const end = left.get(batch.partition);
          if (end !== undefined && BigInt(batch.lastOffset()) + 1n >= end) left.delete(batch.partition);
          if (left.size === 0) resolve();
        },
      });
    });
  } finally {
    await consumer.disconnect();
  }
  return sum.rows;
}
