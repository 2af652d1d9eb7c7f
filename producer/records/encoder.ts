/**
 * Rows to the records of a Kafka record batch (protocol guide, "Record Batch", `Record`):
 *
 *   varint  length of what follows
 *   int8    attributes, 0
 *   varint  timestamp, relative to that of the batch: 0
 *   varint  offset, relative to that of the batch
 *   varint  length of the key, and the key
 *   varint  length of the value, and the value
 *   varint  number of headers, 0
 *
 * Key and value are in Confluent's wire format:
 *
 *   offset 0  int8   0
 *          1  int32  id of the schema in the registry, big-endian
 *          5         the record in Avro's binary encoding
 *
 * (https://kafka.apache.org/documentation/#record,
 * https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format)
 */
import type { Session } from '../bottle/session';
import type { RowBatch } from '../rows/batch';
import { AvscWriter } from './avsc-writer';
import { BufferPool } from './buffers';
import { ByteWriter, INT_BYTES, intBytes } from './byte-writer';
import { ColumnWriter } from './column-writer';
import { layoutOf } from './layout';
import type { BatchRecords } from './record-batch';
import type { RowSchema, RowSchemas } from './schemas';
import type { ValueWriter } from './value-writer';
import { wireHeader } from './wire-format';

/**
 * Bytes of records in a batch before compression: those of a batch of 20 Hz rows, and well below Kafka's
 * default limit of 1 MiB for a batch that is not compressed.
 */
const RECORDS_BYTES = 640 * 1024;

/** Rows of one station and session as the records of a batch, in order. */
export interface EncodedBatch extends BatchRecords {
  readonly site: string;
  readonly session: Session;
  /** The rows: from `from` up to but not including `to`. */
  readonly rows: RowBatch;
  readonly from: number;
  readonly to: number;
  /** The key of each record. */
  readonly key: Buffer;
  /** Samples in the rows, missing ones included. */
  readonly samples: number;
  readonly split: () => readonly [EncodedBatch, EncodedBatch];
}

/** Ids of the schemas in the registry. */
export interface SchemaIds {
  readonly key: number;
  readonly value: number;
}

/** Encodes rows. It allocates nothing per row. */
export class RowEncoder {
  private readonly writer: ValueWriter;
  private readonly buffers = new BufferPool(RECORDS_BYTES);
  private readonly keys = new Map<string, Buffer>();

  /**
   * @param onUnknownSchema called with the reason when the value schema does not have the usual shape, so
   *   that avsc writes the values, several times slower
   */
  constructor(
    private readonly schemas: RowSchemas,
    private readonly ids: SchemaIds,
    onUnknownSchema: (reason: string) => void = () => undefined,
  ) {
    this.writer = writerOf(schemas.value, wireHeader(ids.value), onUnknownSchema);
  }

  /** Encodes rows of a batch from `from` on, as many as go into one record batch, at most to `to`. */
  encode(rows: RowBatch, from = 0, to = rows.length): EncodedBatch {
    const { writer } = this;
    const key = this.keyOf(rows.site);
    const keyBytes = Buffer.concat([intBytes(key.length), key]);
    const valueBound = writer.begin(rows);
    const bound = 3 * INT_BYTES + 3 + keyBytes.length + valueBound;
    const buffer = this.buffers.take(Math.max(bound, RECORDS_BYTES));
    const out = new ByteWriter(buffer);
    const last = buffer.length - bound;
    let offset = 0;
    let bytes = 0;
    let row = from;
    // The lengths come before what they count. Each takes as many bytes as in the last record, until a record
    // shows otherwise, which is seldom; it is then written again.
    let lengthBytes = 1;
    let valueLengthBytes = 1;
    while (row < to && offset <= last) {
      const content = offset + lengthBytes;
      let at = out.byte(0, content);
      at = out.byte(0, at);
      at = out.int(row - from, at);
      const valueLengthAt = out.bytes(keyBytes, at);
      const value = valueLengthAt + valueLengthBytes;
      const valueEnd = writer.write(row, out, value);
      const end = out.byte(0, valueEnd);
      valueLengthBytes = out.int(valueEnd - value, valueLengthAt) - valueLengthAt;
      lengthBytes = out.int(end - content, offset) - offset;
      if (valueLengthAt + valueLengthBytes !== value || offset + lengthBytes !== content) continue;
      offset = end;
      bytes += valueEnd - value;
      row += 1;
    }
    return this.encoded(rows, { from, to: row, key, buffer, length: offset, bytes });
  }

  /** The key of a station's messages: the wire header, then the key record. */
  keyOf(site: string): Buffer {
    let key = this.keys.get(site);
    if (!key) {
      key = Buffer.concat([wireHeader(this.ids.key), this.schemas.key.type.toBuffer({ site })]);
      this.keys.set(site, key);
    }
    return key;
  }

  private encoded(
    rows: RowBatch,
    {
      buffer,
      length,
      ...part
    }: Pick<EncodedBatch, 'from' | 'to' | 'key' | 'bytes'> & {
      readonly buffer: Buffer;
      readonly length: number;
    },
  ): EncodedBatch {
    const { from, to } = part;
    const middle = (from + to) >>> 1;
    return {
      ...part,
      site: rows.site,
      session: rows.session,
      rows,
      count: to - from,
      records: buffer.subarray(0, length),
      samples: (to - from) * rows.columns.length,
      release: () => this.buffers.give(buffer),
      split: () => {
        if (to - from < 2) throw new Error('a batch of one row cannot be split');
        return [this.encode(rows, from, middle), this.encode(rows, middle, to)];
      },
    };
  }
}

function writerOf(schema: RowSchema, header: Buffer, onUnknownSchema: (reason: string) => void): ValueWriter {
  const layout = layoutOf(schema);
  if (layout.unknown === undefined) return new ColumnWriter(layout.fields, header);
  onUnknownSchema(layout.unknown);
  return new AvscWriter(schema, header);
}
