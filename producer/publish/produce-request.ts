/**
 * Kafka's Produce request and response, version 7 (protocol guide, "Produce API"; all numbers big-endian). It
 * is the first version that takes zstd, and needs Kafka 2.1.
 */

export const PRODUCE_KEY = 0;
export const PRODUCE_VERSION = 7;

/** acks=all: the leader answers when all in-sync replicas have the rows. */
const ALL = -1;
/** Length of a string that is null. */
const NULL = -1;

/**
 * Header of a request (version 1):
 *
 *   int32   bytes of the request after this field
 *   int16   key of the API
 *   int16   version of the API
 *   int32   correlation id
 *   string  client id: int16 length, and its bytes
 */
export function requestHeader(correlationId: number, clientId: string, body: readonly Buffer[]): Buffer {
  const client = Buffer.from(clientId);
  const header = Buffer.alloc(14 + client.length);
  header.writeInt32BE(header.length - 4 + body.reduce((sum, piece) => sum + piece.length, 0), 0);
  header.writeInt16BE(PRODUCE_KEY, 4);
  header.writeInt16BE(PRODUCE_VERSION, 6);
  header.writeInt32BE(correlationId, 8);
  header.writeInt16BE(client.length, 12);
  client.copy(header, 14);
  return header;
}

/** Where a record batch goes, and how long the leader may wait for the replicas. */
export interface ProduceTarget {
  readonly topic: string;
  readonly partition: number;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * The body of a request for one record batch, up to the batch:
 *
 *   string  transactional id, null
 *   int16   acks
 *   int32   timeout, milliseconds
 *   int32   number of topics, 1
 *   string    name
 *   int32     number of partitions, 1
 *   int32       partition
 *   int32       bytes of the record batch, which follows
 */
export function produceBody({ topic, partition, timeout }: ProduceTarget, batchBytes: number): Buffer {
  const name = Buffer.from(topic);
  const body = Buffer.alloc(26 + name.length);
  body.writeInt16BE(NULL, 0);
  body.writeInt16BE(ALL, 2);
  body.writeInt32BE(timeout, 4);
  body.writeInt32BE(1, 8);
  body.writeInt16BE(name.length, 12);
  name.copy(body, 14);
  const partitions = 14 + name.length;
  body.writeInt32BE(1, partitions);
  body.writeInt32BE(partition, partitions + 4);
  body.writeInt32BE(batchBytes, partitions + 8);
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
