/**
 * Reads topics from their beginning to what is their end, by another client than the producer's and Flink's.
 */
import type { Kafka } from 'kafkajs';

/**
 * Gives each message that is in the topic now to `take`, in the order of its partition, those of transactions
 * that were aborted or are open among them: kafkajs cannot leave them out (see `consumeCommitted`).
 */
export async function readTopic(
  kafka: Kafka,
  topic: string,
  take: (key: Buffer, value: Buffer) => void | Promise<void>,
): Promise<void> {
  const left = await ends(kafka, topic);
  if (left.size === 0) return;
  const consumer = kafka.consumer({ groupId: `test-${topic}-${Date.now()}`, readUncommitted: true });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      // `eachBatch` does not see batches of nothing but the markers that end transactions.
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
        const end = left.get(partition);
        if (end !== undefined && BigInt(lastOffset) + 1n >= end) left.delete(partition);
        if (left.size === 0) resolve();
      });
      void consumer.run({
        eachBatch: async ({ batch }) => {
          for (const { key, value } of batch.messages) {
            if (key === null || value === null) throw new Error(`a message of ${topic} without key or value`);
            await take(key, value);
          }
        },
      });
    });
  } finally {
    await consumer.disconnect();
  }
}

/** The offset after the last message or marker of each partition that has some. */
async function ends(kafka: Kafka, topic: string): Promise<Map<number, bigint>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    const filled = offsets.filter(({ high, low }) => high !== low);
    return new Map(filled.map(({ partition, high }) => [partition, BigInt(high)]));
  } finally {
    await admin.disconnect();
  }
}
