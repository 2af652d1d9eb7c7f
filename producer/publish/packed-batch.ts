import type { Codec } from '../records/compression';
import { BATCH_HEADER_BYTES, type BatchRecords } from '../records/record-batch';

/** A batch whose records are compressed. */
export interface PackedBatch {
  readonly encoded: BatchRecords;
  readonly records: Buffer;
  /** Number of the codec. */
  readonly codec: number;
  /** Size of the batch with its header, which Kafka compares with `max.message.bytes`. */
  readonly size: number;
  /** Says that the batch is no longer used. */
  readonly release: () => void;
}

/** Compresses a batch. The memory of its records is free again then, unless they are not compressed. */
export async function pack(encoded: BatchRecords, { id, compress }: Codec): Promise<PackedBatch> {
  const { records } = encoded;
  if (!compress) {
    const size = BATCH_HEADER_BYTES + records.length;
    return { encoded, records, codec: id, size, release: encoded.release };
  }
  const compressed = await compress(records);
  encoded.release();
  const size = BATCH_HEADER_BYTES + compressed.length;
  return { encoded, records: compressed, codec: id, size, release: () => undefined };
}

/** The rows of a batch in batches smaller than `limit`, or of one row, in order. */
export async function cut(batch: PackedBatch, codec: Codec, limit: number): Promise<PackedBatch[]> {
  if (batch.size < limit || batch.encoded.count === 1) return [batch];
  batch.release();
  const parts: PackedBatch[] = [];
  for (const half of batch.encoded.split()) parts.push(...(await cut(await pack(half, codec), codec, limit)));
  return parts;
}
