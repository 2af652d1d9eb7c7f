/**
 * Kafka's Produce request and response, version 7 (protocol guide, "Produce API"; all numbers big-endian). It
 * is the first version that takes zstd, and needs Kafka 2.1.
 */
import type { Api } from './request-header';

export const PRODUCE: Api = { key: 0, version: 7, name: 'Produce', isFlexible: false };

/** acks=all: the leader answers when all in-sync replicas have the rows. */
const ALL = -1;
/** Length of a string that is null. */
const NULL = -1;

/** Where a record batch goes, and how long the leader may wait for the replicas. */
export interface ProduceTarget {
  readonly topic: string;
  readonly partition: number;
  /** Milliseconds. */
  readonly timeout: number;
  /** Of the transaction that the batch belongs to. @default - none */
  readonly transactionalId?: string;
}

/**
 * The body of a request for one record batch, up to the batch:
 *
 *   string  transactional id, or null
 *   int16   acks
 *   int32   timeout, milliseconds
 *   int32   number of topics, 1
 *   string    name
 *   int32     number of partitions, 1
 *   int32       partition
 *   int32       bytes of the record batch, which follows
 */
export function produceBody(target: ProduceTarget, batchBytes: number): Buffer {
  const { topic, partition, timeout, transactionalId } = target;
  const id = Buffer.from(transactionalId ?? '');
  const name = Buffer.from(topic);
  const body = Buffer.alloc(26 + id.length + name.length);
  let at = body.writeInt16BE(transactionalId === undefined ? NULL : id.length, 0);
  at += id.copy(body, at);
  at = body.writeInt16BE(ALL, at);
  at = body.writeInt32BE(timeout, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(name.length, at);
  at += name.copy(body, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt32BE(partition, at);
  body.writeInt32BE(batchBytes, at);
  return body;
}

/** The answer to a request for one record batch. */
export interface ProduceResponse {
  /** Kafka's error code, 0 when the batch is stored. */
  readonly errorCode: number;
  /** Milliseconds to wait before the next request, because a quota is exceeded (KIP-219). */
  readonly throttleTime: number;
}

/**
 * Reads a response, without its header:
 *
 *   int32   number of topics, 1
 *   string    name
 *   int32     number of partitions, 1
 *   int32       partition
 *   int16       error code
 *   int64       offset of the first record
 *   int64       time of appending, or -1
 *   int64       first offset of the partition
 *   int32   throttle time, milliseconds
 *
 * Throws an Error when it is not the answer to one batch.
 */
export function readProduceResponse(response: Buffer): ProduceResponse {
  const nameBytes = response.length < 6 ? 0 : response.readInt16BE(4);
  const partitions = 6 + nameBytes;
  const bytes = partitions + 4 + 4 + 2 + 3 * 8 + 4;
  if (response.length !== bytes || response.readInt32BE(0) !== 1 || response.readInt32BE(partitions) !== 1) {
    throw new Error(
      `a Produce response has ${response.length} bytes, expected ${bytes} for one topic and partition`,
    );
  }
  return { errorCode: response.readInt16BE(partitions + 8), throttleTime: response.readInt32BE(bytes - 4) };
}
