import type { Type } from 'avsc';

import type { RowBatch } from '../rows/batch';
import { timestampFormatter } from '../rows/timestamp';
import { type ByteWriter, INT_BYTES, LONG_BYTES } from './byte-writer';
import { type AvroRow, emptyRow, type RowSchema } from './schemas';
import type { ValueWriter } from './value-writer';

/** Most bytes of a row's `timestamp`. */
const TIMESTAMP_BYTES = 'yyyy-mm-dd hh:mm:ss.fff'.length;

/**
 * Writes values with avsc, for any schema that holds the rows. It is the reference for `ColumnWriter`, which
 * is several times faster.
 */
export class AvscWriter implements ValueWriter {
  private readonly row: AvroRow;
  private readonly type: Type;
  /** Bytes of a value without time, text and samples. */
  private readonly emptyBytes: number;
  private readonly format = timestampFormatter();
  private batch: RowBatch | undefined;
  private bound = 0;

  /** @param header bytes before each record */
  constructor(
    schema: RowSchema,
    private readonly header: Buffer,
  ) {
    this.type = schema.type;
    this.row = emptyRow(schema);
    this.emptyBytes =
      header.length + this.type.toBuffer({ ...this.row, site: '', time: 0, timestamp: '' }).length;
  }

  begin(batch: RowBatch): number {
    for (const { field } of this.batch?.columns ?? []) this.row[field] = null;
    this.batch = batch;
    this.row.site = batch.site;
    const text = Buffer.byteLength(batch.site) + TIMESTAMP_BYTES + 2 * INT_BYTES;
    // A sample can be a double, of eight bytes.
    this.bound = this.emptyBytes + text + LONG_BYTES * (1 + batch.columns.length);
    return this.bound;
  }

  write(index: number, out: ByteWriter, offset: number): number {
    const { row, batch } = this;
    if (!batch) throw new Error('begin comes first');
    const time = batch.times[index] ?? NaN;
    row.time = time;
    row.timestamp = this.format(time);
    for (const { field, values, absent } of batch.columns) {
      row[field] = absent?.[index] === 1 ? null : values[index];
    }
    const end = this.type.encode(row, out.buffer, out.bytes(this.header, offset));
    if (end < 0) throw new Error(`a row of ${batch.site} needs more than ${this.bound} bytes`);
    return end;
  }
}
