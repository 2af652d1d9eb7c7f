/**
 * Kafka's Metadata request and response, version 10 (protocol guide, "Metadata API"), as far as they give the
 * id of a topic. It is the first version with ids, and needs Kafka 2.8. All numbers are big-endian; a compact
 * length is one more than the length, as an unsigned varint.
 */
import type { Api } from './request-header';

export const METADATA: Api = { key: 3, version: 10, name: 'Metadata', isFlexible: true };

const NO_TAGS = Buffer.of(0);
const UUID_BYTES = 16;

/**
 * The body of a request for one topic:
 *
 *   uvarint number of topics, compact
 *   uuid      0
 *   string    name, compact
 *   tags
 *   bool    whether to create the topic
 *   bool    whether to tell what is allowed on the cluster
 *   bool    whether to tell what is allowed on the topic
 *   tags
 */
export function metadataBody(topic: string): Buffer {
  const name = Buffer.from(topic);
  return Buffer.concat([
    unsignedVarint(2),
    Buffer.alloc(UUID_BYTES),
    unsignedVarint(name.length + 1),
    name,
    NO_TAGS,
    Buffer.of(0, 0, 0),
    NO_TAGS,
  ]);
}

/**
 * Reads the id of a topic from a response, which is, with the tags of its header:
 *
 *   tags
 *   int32   throttle time, milliseconds
 *   uvarint number of brokers, compact
 *   int32     id
 *   string    host, compact
 *   int32     port
 *   string    rack, compact
 *   tags
 *   string  id of the cluster, compact
 *   int32   id of the controller
 *   uvarint number of topics, compact
 *   int16     error code
 *   string    name, compact
 *   uuid      id
 *   …
 *
 * Throws an Error when the topic has no id.
 */
export function readTopicId(response: Buffer, topic: string): string {
  const reader = new Reader(response);
  reader.tags();
  reader.skip(4);
  for (let brokers = reader.compactLength(); brokers > 0; brokers--) {
    reader.skip(4);
    reader.skip(reader.compactLength());
    reader.skip(4);
    reader.skip(reader.compactLength());
    reader.tags();
  }
  reader.skip(reader.compactLength());
  reader.skip(4);
  reader.compactLength();
  const errorCode = reader.skip(2).readInt16BE(0);
  reader.skip(reader.compactLength());
  const id = reader.skip(UUID_BYTES);
  if (errorCode !== 0 || id.equals(Buffer.alloc(UUID_BYTES))) {
    throw new Error(`the topic ${topic} has no id (Kafka's error code ${errorCode})`);
  }
  return id.toString('hex');
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  skip(bytes: number): Buffer {
    const skipped = this.bytes.subarray(this.at, this.at + bytes);
    this.at += bytes;
    return skipped;
  }

  /** Length of a compact string or array; 0 for null. */
  compactLength(): number {
    return Math.max(0, this.unsignedVarint() - 1);
  }

  tags(): void {
    for (let tags = this.unsignedVarint(); tags > 0; tags--) {
      this.unsignedVarint();
      this.skip(this.unsignedVarint());
    }
  }

  private unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Buffer.of(...bytes, value);
}
