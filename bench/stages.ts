/** The stages of the path of a row, and the whole path. */
import { unitsOf } from '../producer/archive/units';
import type { Ingest } from '../producer/exactly-once/ingest';
import { Acknowledgements, publishRows } from '../producer/publish/pipeline';
import type { Publisher } from '../producer/publish/publisher';
import { openInputs, readBatches } from '../producer/read';
import { AvscWriter } from '../producer/records/avsc-writer';
import { ByteWriter } from '../producer/records/byte-writer';
import type { RowEncoder } from '../producer/records/encoder';
import type { RowSchema } from '../producer/records/schemas';
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

/** Encodes batches and returns their number of rows and of bytes, those of their keys included. */
export function encodeAll(
  encoder: RowEncoder,
  batches: readonly RowBatch[],
): { readonly rows: number; readonly bytes: number } {
  let [rows, bytes] = [0, 0];
  for (const batch of batches) {
    for (let from = 0; from < batch.length;) {
      const encoded = encoder.encode(batch, from);
      encoded.release();
      from = encoded.to;
      rows += encoded.count;
      bytes += encoded.bytes + encoded.count * encoded.key.length;
    }
  }
  return { rows, bytes };
}

/** Writes the values of all rows with avsc, for comparison, and returns their number. */
export function encodeWithAvsc(schema: RowSchema, batches: readonly RowBatch[]): number {
  const writer = new AvscWriter(schema, Buffer.alloc(5));
  let rows = 0;
  for (const batch of batches) {
    const out = new ByteWriter(Buffer.allocUnsafe(writer.begin(batch)));
    for (let row = 0; row < batch.length; row++) writer.write(row, out, 0);
    rows += batch.length;
  }
  return rows;
}

/**
 * Runs the whole path, from the files to the acknowledgement by Kafka, and resolves to the number of rows.
 */
export async function wholePath(
  inputs: readonly string[],
  encoder: RowEncoder,
  publisher: Publisher,
): Promise<number> {
  const acknowledged = new Acknowledgements();
  await publishRows(readBatches(inputs, new ReadReport()), { encoder, publisher, acknowledged });
  return acknowledged.rows;
}

/** The same in a transaction for each input, as `strain-producer produce` does it. */
export async function exactlyOnce(
  inputs: readonly string[],
  ingest: Ingest,
  committed: Acknowledgements,
): Promise<number> {
  const before = committed.rows;
  for (const input of inputs) {
    for (const unit of unitsOf(await openInputs([input], new ReadReport()))) await ingest.publish(unit);
  }
  await ingest.flush();
  return committed.rows - before;
}
