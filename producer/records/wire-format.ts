/**
 * Confluent's wire format of a key or value: a zero byte, the id of its schema in the registry (int32,
 * big-endian), and the record in Avro's binary encoding
 * (https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format).
 */

/** Bytes before the Avro record. */
export const WIRE_HEADER_BYTES = 5;

/** The bytes before the record in every message of a schema. */
export function wireHeader(id: number): Buffer {
  const header = Buffer.alloc(WIRE_HEADER_BYTES);
  header.writeInt32BE(id, 1);
  return header;
}

/** The id of the schema of a key or value. */
export function schemaIdOf(bytes: Buffer): number {
  return bytes.readInt32BE(1);
}
