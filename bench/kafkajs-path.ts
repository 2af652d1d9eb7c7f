/**
 * The path of earlier versions, for comparison: a message object per row, its value encoded by avsc, sent by
 * kafkajs's own producer, one request at a time.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import { CompressionCodecs, CompressionTypes, Kafka, logLevel, type Message, type Producer } from 'kafkajs';

import { AvscWriter } from '../producer/records/avsc-writer';
import { ByteWriter } from '../producer/records/byte-writer';
import { GZIP_LEVEL } from '../producer/records/compression';
import type { RowEncoder } from '../producer/records/encoder';
import type { RowSchemas } from '../producer/records/schemas';
import type { RowBatch } from '../producer/rows/batch';

/** Rows of a request: kafkajs copies the list of rows once for each row, so many rows are slow. */
const ROWS_PER_REQUEST = 500;
/** Encoded requests that may wait behind the one in flight. */
const REQUESTS_AHEAD = 4;

/** Publishes rows with kafkajs's producer. */
export class KafkajsPath {
  private readonly writer: AvscWriter;

  private constructor(
    schemas: RowSchemas,
    private readonly keys: RowEncoder,
    private readonly producer: Producer,
    private readonly topic: string,
  ) {
    this.writer = new AvscWriter(schemas.value, Buffer.of(0, 0, 0, 0, 2));
  }

  /** @param keys encodes the keys of the messages */
  static async connect(
    bootstrapServer: string,
    topic: string,
    schemas: RowSchemas,
    keys: RowEncoder,
  ): Promise<KafkajsPath> {
    const compress = promisify<Buffer, { level: number }, Buffer>(gzip);
    CompressionCodecs[CompressionTypes.GZIP] = () => ({
      compress: ({ buffer }: { buffer: Buffer }) => compress(buffer, { level: GZIP_LEVEL }),
    });
    const kafka = new Kafka({ brokers: [bootstrapServer], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: () => () => 0,
    });
    await producer.connect();
    return new KafkajsPath(schemas, keys, producer, topic);
  }

  /** Publishes batches and resolves to the number of rows. */
  async publish(batches: AsyncIterable<RowBatch>): Promise<number> {
    const waiting: Promise<unknown>[] = [];
    let tail: Promise<unknown> = Promise.resolve();
    let rows = 0;
    for await (const batch of batches) {
      for (let from = 0; from < batch.length; from += ROWS_PER_REQUEST) {
        if (waiting.length > REQUESTS_AHEAD) await waiting.shift();
        const messages = this.encode(batch, from, Math.min(from + ROWS_PER_REQUEST, batch.length));
        rows += messages.length;
        tail = tail.then(() =>
          this.producer.send({
            topic: this.topic,
            messages,
            acks: -1,
            compression: CompressionTypes.GZIP,
          }),
        );
        waiting.push(tail);
      }
    }
    await Promise.all(waiting);
    return rows;
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }

  private encode(batch: RowBatch, from: number, to: number): Message[] {
    const key = this.keys.keyOf(batch.site);
    const out = new ByteWriter(Buffer.allocUnsafeSlow((to - from) * this.writer.begin(batch)));
    const messages: Message[] = [];
    let offset = 0;
    for (let row = from; row < to; row++) {
      const start = offset;
      offset = this.writer.write(row, out, start);
      messages.push({ key, value: out.buffer.subarray(start, offset) });
    }
    return messages;
  }
}
