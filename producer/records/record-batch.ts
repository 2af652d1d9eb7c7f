/**
 * The header of a record batch, version 2 (Kafka's protocol guide, "Record Batch"; all numbers big-endian):
 *
 *   offset  0  int64  offset of the first record; the broker sets it
 *           8  int32  bytes after this field
 *          12  int32  epoch of the partition's leader; the broker sets it
 *          16  int8   version, 2
 *          17  uint32 CRC-32C of everything after this field
 *          21  int16  attributes; bits 0 to 2 are the codec, bit 4 is set in a transaction, bit 5 in a marker
 *                     of its end
 *          23  int32  offset of the last record, relative to the first
 *          27  int64  timestamp of the first record, milliseconds since 1970
 *          35  int64  largest timestamp
 *          43  int64  producer id
 *          51  int16  producer epoch
 *          53  int32  sequence number of the first record
 *          57  int32  number of records
 *          61         the records, compressed as a whole
 */
import { crc32c } from '@node-rs/crc32';

/** Bytes of the header. */
export const BATCH_HEADER_BYTES = 61;

/** The version. */
export const MAGIC = 2;
/** Bits of the attributes. */
export const ATTRIBUTES = { codec: 0x07, transactional: 0x10, control: 0x20 };
/** Offset of each field of the header. */
export const OFFSET = {
  base: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  sequence: 53,
  count: 57,
};
/** The batch's length does not count the fields up to it. */
export const UNCOUNTED_BYTES = OFFSET.leaderEpoch;

/** What makes a producer's batches recognizable, so that the broker stores none twice (KIP-98). */
export interface ProducerId {
  readonly id: bigint;
  readonly epoch: number;
  /** Set for a producer of transactions. @default - none */
  readonly transactionalId?: string;
}

/** Records of a batch before they are compressed. */
export interface BatchRecords {
  readonly count: number;
  /** The records. The memory is used again after `release`. */
  readonly records: Buffer;
  /** Bytes of the values together. */
  readonly bytes: number;
  /** Says that `records` is no longer used. */
  readonly release: () => void;
  /** The same records in two batches. Throws when there is only one. */
  readonly split: () => readonly [BatchRecords, BatchRecords];
}

/** Contents of a batch. */
export interface BatchContent {
  /** The records, compressed by the codec. */
  readonly records: Buffer;
  readonly count: number;
  /** Number of the codec. */
  readonly codec: number;
  /** Timestamp of all records: when they were published, milliseconds since 1970. */
  readonly timestamp: number;
  readonly producer: ProducerId;
  /** Sequence number of the first record. */
  readonly sequence: number;
}

/** Returns the header of a batch. */
export function batchHeader(content: BatchContent): Buffer {
  const { records, count, codec, timestamp, producer, sequence } = content;
  const header = Buffer.alloc(BATCH_HEADER_BYTES);
  header.writeInt32BE(BATCH_HEADER_BYTES - UNCOUNTED_BYTES + records.length, OFFSET.length);
  header.writeInt32BE(-1, OFFSET.leaderEpoch);
  header.writeInt8(MAGIC, OFFSET.magic);
  const transactional = producer.transactionalId === undefined ? 0 : ATTRIBUTES.transactional;
  header.writeInt16BE(codec | transactional, OFFSET.attributes);
  header.writeInt32BE(count - 1, OFFSET.lastOffsetDelta);
  header.writeBigInt64BE(BigInt(timestamp), OFFSET.firstTimestamp);
  header.writeBigInt64BE(BigInt(timestamp), OFFSET.maxTimestamp);
  header.writeBigInt64BE(producer.id, OFFSET.producerId);
  header.writeInt16BE(producer.epoch, OFFSET.producerEpoch);
  header.writeInt32BE(sequence, OFFSET.sequence);
  header.writeInt32BE(count, OFFSET.count);
  header.writeUInt32BE(crc32c(records, crc32c(header.subarray(OFFSET.attributes))), OFFSET.crc);
  return header;
}

/** The sequence number that comes `count` records after another: 0 follows 2^31 - 1. */
export function sequenceAfter(sequence: number, count: number): number {
  return (sequence + count) % 2 ** 31;
}
