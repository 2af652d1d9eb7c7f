/**
 * Kafka's Fetch request and response, version 4 (protocol guide, "Fetch API"; all numbers big-endian). It is
 * the oldest version that Kafka 4 takes.
 */
import type { Api } from './request-header';

export const FETCH: Api = { key: 1, version: 4, name: 'Fetch', isFlexible: false };

/** Replica id of clients. */
const CLIENT = -1;
/** Most bytes of a response. A batch that is larger comes whole. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Where to read. */
export interface FetchTarget {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the first record. */
  readonly offset: bigint;
  /**
   * Whether to end before the first open transaction and to name the aborted ones.
   * @default false
   */
  readonly committed?: boolean;
}

/** What a broker answers. */
export interface Fetched {
  /**
   * Record batches. The first may begin before the offset that was asked for, and the last may be cut off.
   */
  readonly batches: Buffer;
  /** Transactions whose records among these were aborted, when `committed` was asked for. */
  readonly aborted: readonly AbortedTransaction[];
  /** Offset after the last record of the partition. */
  readonly end: bigint;
}

/** The records of a producer from an offset on, up to its next marker. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/**
 * The body of a request for one partition:
 *
 *   int32   replica id
 *   int32   longest wait for records, milliseconds: none
 *   int32   fewest bytes to wait for
 *   int32   most bytes
 *   int8    isolation level, 0: records of all transactions, 1: of committed ones
 *   int32   number of topics, 1
 *   string    name
 *   int32     number of partitions, 1
 *   int32       partition
 *   int64       offset
 *   int32       most bytes
 */
export function fetchBody({ topic, partition, offset, committed = false }: FetchTarget): Buffer {
  const name = Buffer.from(topic);
  const body = Buffer.alloc(43 + name.length);
  let at = body.writeInt32BE(CLIENT, 0);
  at = body.writeInt32BE(0, at);
  at = body.writeInt32BE(0, at);
  at = body.writeInt32BE(MAX_BYTES, at);
  at = body.writeInt8(Number(committed), at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(name.length, at);
  at += name.copy(body, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt32BE(partition, at);
  at = body.writeBigInt64BE(offset, at);
  body.writeInt32BE(MAX_BYTES, at);
  return body;
}

/**
 * Reads a response, without its header:
 *
 *   int32   throttle time, milliseconds
 *   int32   number of topics, 1
 *   string    name
 *   int32     number of partitions, 1
 *   int32       partition
 *   int16       error code
 *   int64       end of the partition
 *   int64       first offset of an open transaction
 *   int32       number of aborted transactions, or -1
 *   int64         producer id
 *   int64         first offset
 *   int32       bytes of the record batches, which follow
 *
 * Throws the error of `toError` for an error code.
 */
export function readFetchResponse(response: Buffer, toError: (code: number) => Error): Fetched {
  const partition = 10 + response.readInt16BE(8) + 4;
  const errorCode = response.readInt16BE(partition + 4);
  if (errorCode !== 0) throw toError(errorCode);
  const count = Math.max(0, response.readInt32BE(partition + 22));
  const transactions = partition + 26;
  const aborted = Array.from({ length: count }, (_, index) => ({
    producerId: response.readBigInt64BE(transactions + 16 * index),
    firstOffset: response.readBigInt64BE(transactions + 16 * index + 8),
  }));
  const length = transactions + 16 * count;
  const bytes = Math.max(0, response.readInt32BE(length));
  return {
    batches: response.subarray(length + 4, length + 4 + bytes),
    aborted,
    end: response.readBigInt64BE(partition + 6),
  };
}
