/**
 * Rows to messages, in Confluent's wire format:
 *
 *   offset 0  int8   0
 *          1  int32  id of the schema in the registry, big-endian
 *          5         the record in Avro's binary encoding
 *
 * (https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format)
 */
import type { Type } from 'avsc';

import type { Session } from '../bottle/session';
import type { RowBatch } from '../rows/batch';
import { timestampFormatter } from '../rows/timestamp';
import { emptyRow, type AvroRow, type RowSchemas } from './schemas';

/** Bytes before the record. */
const HEADER_BYTES = 5;
/** Most bytes that Avro writes for an int and for a long. */
const INT_BYTES = 5;
const LONG_BYTES = 10;
const TIMESTAMP_BYTES = 'yyyy-mm-dd hh:mm:ss.fff'.length;

/** Rows of one station and session as messages, in order. */
export interface EncodedBatch {
  readonly site: string;
  readonly session: Session;
  /** The key of each of the messages. */
  readonly key: Buffer;
  /** The values; they share one slab of memory. */
  readonly values: readonly Buffer[];
  /** Bytes of the values together. */
  readonly bytes: number;
  /** Samples in the rows, missing ones included. */
  readonly samples: number;
}

/** Ids of the schemas in the registry. */
export interface SchemaIds {
  readonly key: number;
  readonly value: number;
}

/**
 * Encodes rows. Apart from views, it allocates only one scratch row and one slab per batch.
 */
export class RowEncoder {
  private readonly row: AvroRow;
  private readonly type: Type;
  private readonly header: Buffer;
  /** Bytes of a message without time, text and samples. */
  private readonly emptyBytes: number;
  private readonly format = timestampFormatter();
  private readonly keys = new Map<string, Buffer>();

  constructor(
    private readonly schemas: RowSchemas,
    private readonly ids: SchemaIds,
  ) {
    this.type = schemas.value.type;
    this.header = wireHeader(ids.value);
    this.row = emptyRow(schemas.value);
    this.emptyBytes =
      HEADER_BYTES + this.type.toBuffer({ ...this.row, site: '', time: 0, timestamp: '' }).length;
  }

  /** The rows `from` to `to` (not included) of a batch. */
  encode(batch: RowBatch, from = 0, to = batch.length): EncodedBatch {
    const { row, type, header, format } = this;
    const { times, columns, site, session } = batch;
    const bound = this.rowBound(batch);
    const slab = Buffer.allocUnsafeSlow((to - from) * bound);
    const values = new Array<Buffer>(to - from);
    row.site = site;
    let offset = 0;
    for (let index = from; index < to; index++) {
      const time = times[index] ?? NaN;
      row.time = time;
      row.timestamp = format(time);
      for (const { field, values: samples, absent } of columns) {
        row[field] = absent?.[index] === 1 ? null : samples[index];
      }
      const start = offset;
      header.copy(slab, start);
      offset = type.encode(row, slab, start + HEADER_BYTES);
      if (offset < 0) throw new Error(`a row of ${site} needs more than ${bound} bytes`);
      values[index - from] = slab.subarray(start, offset);
    }
    for (const { field } of columns) row[field] = null;
    return {
      site,
      session,
      key: this.keyOf(site),
      values,
      bytes: offset,
      samples: values.length * columns.length,
    };
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

  /** Bytes that no message of a batch exceeds. */
  private rowBound({ site, columns }: RowBatch): number {
    const text = Buffer.byteLength(site) + TIMESTAMP_BYTES;
    return this.emptyBytes + text + LONG_BYTES + columns.length * INT_BYTES;
  }
}

/** The bytes before the record in every message of a schema. */
function wireHeader(id: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32BE(id, 1);
  return header;
}
