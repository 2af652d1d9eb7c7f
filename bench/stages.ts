/** The stages of the path of a row, and the whole path. */
import type { EncodedBatch, RowEncoder } from '../producer/publish/encoder';
import {
  Acknowledgements,
  publishRows,
  REQUESTS_AHEAD,
  ROWS_PER_REQUEST,
} from '../producer/publish/pipeline';
import type { Publisher } from '../producer/publish/publisher';
import { readBatches } from '../producer/read';
import { ReadReport } from '../producer/report';
import type { RowBatch } from '../producer/rows/batch';

/** Reads the whole input and resolves to the number of rows. */
export async function decodeAndMerge(input: string): Promise<number> {
  let rows = 0;
  for await (const batch of readBatches([input], new ReadReport())) rows += batch.length;
  return rows;
}

/** Reads all batches of an input, for measurements of the stages after reading. */
export async function readAll(input: string): Promise<RowBatch[]> {
  const batches: RowBatch[] = [];
  for await (const batch of readBatches([input], new ReadReport())) batches.push(batch);
  return batches;
}

/** Encodes batches, request by request. */
export function* encodeAll(encoder: RowEncoder, batches: readonly RowBatch[]): Generator<EncodedBatch> {
  for (const batch of batches) {
    for (let from = 0; from < batch.length; from += ROWS_PER_REQUEST) {
      yield encoder.encode(batch, from, Math.min(from + ROWS_PER_REQUEST, batch.length));
    }
  }
}

/** Publishes encoded batches and resolves to the number of rows. */
export async function publishEncoded(
  publisher: Publisher,
  encoded: readonly EncodedBatch[],
): Promise<number> {
  const waiting: Promise<void>[] = [];
  let rows = 0;
  for (const batch of encoded) {
    if (waiting.length > REQUESTS_AHEAD) await waiting.shift();
    waiting.push(publisher.publish(batch));
    rows += batch.values.length;
  }
  await Promise.all(waiting);
  return rows;
}

/** Runs the whole path, from the file to the acknowledgement by Kafka, and resolves to the number of rows. */
export async function wholePath(input: string, encoder: RowEncoder, publisher: Publisher): Promise<number> {
  const acknowledged = new Acknowledgements();
  await publishRows(readBatches([input], new ReadReport()), { encoder, publisher, acknowledged });
  return acknowledged.rows;
}
