/** Decodes messages in Confluent's wire format with the schemas that they were written with. */
import { type Schema, Type } from 'avsc';
import type { SchemaRegistry } from '../../../producer/publish/registry';
import { schemaIdOf, WIRE_HEADER_BYTES } from '../../../producer/records/wire-format';
import type { CommittedBatch } from './committed-reader';

/** A message, decoded. */
export interface Decoded<Key, Value> {
  readonly offset: bigint;
  readonly key: Key;
  /** Null deletes the key from a compacted topic. */
  readonly value: Value | null;
}

/** What the messages of a batch hold. */
export interface DecodedBatch<Key, Value> {
  readonly records: readonly Decoded<Key, Value>[];
  /** Why messages could not be decoded, one text for each. */
  readonly undecodable: readonly string[];
}

/** Decodes keys and values. It asks the registry once for each schema. */
export class AvroDecoder {
  private readonly types = new Map<number, Type>();

  constructor(private readonly registry: Pick<SchemaRegistry, 'schemaOf'>) {}

  /** Decodes messages. Rejects when the registry does not answer; then they can be decoded again. */
  async decode<Key, Value>({
    messages,
  }: Pick<CommittedBatch, 'messages'>): Promise<DecodedBatch<Key, Value>> {
    const records: Decoded<Key, Value>[] = [];
    const undecodable: string[] = [];
    for (const { offset, key, value } of messages) {
      try {
        // Asking for the type only when it is new saves a promise for each message.
        const keyType = this.known(key) ?? (await this.load(key));
        const valueType = value && (this.known(value) ?? (await this.load(value)));
        records.push({
          offset,
          key: record(keyType, key) as Key,
          value: valueType && (record(valueType, value) as Value),
        });
      } catch (error) {
        if (!(error instanceof NotAvro)) throw error;
        undecodable.push(`offset ${offset}: ${error.message}`);
      }
    }
    return { records, undecodable };
  }

  private known(bytes: Buffer): Type | undefined {
    return bytes.length >= WIRE_HEADER_BYTES && bytes[0] === 0
      ? this.types.get(schemaIdOf(bytes))
      : undefined;
  }

  private async load(bytes: Buffer): Promise<Type> {
    if (bytes.length < WIRE_HEADER_BYTES || bytes[0] !== 0) {
      const found = bytes.subarray(0, WIRE_HEADER_BYTES).toString('hex');
      throw new NotAvro(`found ${found || 'nothing'}, expected 00 and the id of a schema`);
    }
    const id = schemaIdOf(bytes);
    const type = Type.forSchema(JSON.parse(await this.registry.schemaOf(id)) as Schema);
    this.types.set(id, type);
    return type;
  }
}

/** A message is not in the wire format, or not a record of its schema. */
class NotAvro extends Error {}

function record(type: Type, bytes: Buffer): unknown {
  try {
    return type.fromBuffer(bytes.subarray(WIRE_HEADER_BYTES));
  } catch (error) {
    throw new NotAvro(`not a record of schema ${schemaIdOf(bytes)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
