/** Reads record batches back. Their format is in record-batch.ts, that of records in encoder.ts. */
import { crc32c } from '@node-rs/crc32';

import { decompress } from './decompression';
import type { Message } from './message-records';
import { ATTRIBUTES, BATCH_HEADER_BYTES, MAGIC, OFFSET, UNCOUNTED_BYTES } from './record-batch';

/** A batch as it is stored. */
export interface StoredBatch {
  /** Offset after its last record, whether or not that record is still there. */
  readonly nextOffset: bigint;
  /** Latest timestamp of its records, milliseconds since 1970-01-01 UTC. */
  readonly timestamp: number;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  /** The end of a transaction that the batch marks. @default - holds messages */
  readonly marker?: 'commit' | 'abort';
  /** Those that a compacted topic has not dropped. */
  readonly messages: readonly (Message & { readonly offset: bigint })[];
}

/** Type of a control record that commits a transaction (protocol guide, "Control Records"). */
const COMMIT = 1;

/**
 * Yields the whole batches at the start of `bytes`; a batch that is cut off ends them. Throws an Error when a
 * batch is damaged or of an old version.
 */
export async function* readBatches(bytes: Buffer): AsyncGenerator<StoredBatch, void, undefined> {
  let at = 0;
  while (bytes.length - at >= BATCH_HEADER_BYTES) {
    const size = UNCOUNTED_BYTES + bytes.readInt32BE(at + OFFSET.length);
    if (bytes.length - at < size) return;
    yield await readBatch(bytes.subarray(at, at + size));
    at += size;
  }
}

async function readBatch(batch: Buffer): Promise<StoredBatch> {
  const base = batch.readBigInt64BE(OFFSET.base);
  const magic = batch.readInt8(OFFSET.magic);
  if (magic !== MAGIC) throw new Error(`the batch at offset ${base} has version ${magic}, expected ${MAGIC}`);
  if (crc32c(batch.subarray(OFFSET.attributes)) !== batch.readUInt32BE(OFFSET.crc)) {
    throw new Error(`the batch at offset ${base} is damaged: its CRC does not match`);
  }
  const attributes = batch.readInt16BE(OFFSET.attributes);
  const records = await decompress(attributes & ATTRIBUTES.codec, batch.subarray(BATCH_HEADER_BYTES));
  const messages = readRecords(records, base, batch.readInt32BE(OFFSET.count));
  const stored = {
    nextOffset: base + BigInt(batch.readInt32BE(OFFSET.lastOffsetDelta)) + 1n,
    timestamp: Number(batch.readBigInt64BE(OFFSET.maxTimestamp)),
    producerId: batch.readBigInt64BE(OFFSET.producerId),
    isTransactional: (attributes & ATTRIBUTES.transactional) !== 0,
  };
  if ((attributes & ATTRIBUTES.control) === 0) return { ...stored, messages };
  const type = messages[0]?.key.readInt16BE(2);
  return { ...stored, marker: type === COMMIT ? 'commit' : 'abort', messages: [] };
}

function readRecords(bytes: Buffer, base: bigint, count: number): StoredBatch['messages'] {
  const messages: (Message & { readonly offset: bigint })[] = [];
  let at = 0;
  const varint = (): number => {
    let code = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at++);
      code += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
    }
  };
  const field = (): Buffer | null => {
    const length = varint();
    if (length < 0) return null;
    const content = bytes.subarray(at, at + length);
    at += length;
    return content;
  };
  for (let i = 0; i < count; i++) {
    const length = varint();
    const end = at + length;
    at += 1; // attributes
    varint(); // timestamp
    const offset = base + BigInt(varint());
    messages.push({ offset, key: field() ?? Buffer.alloc(0), value: field() });
    at = end;
  }
  return messages;
}
