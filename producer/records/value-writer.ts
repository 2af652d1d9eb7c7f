import type { RowBatch } from '../rows/batch';
import type { ByteWriter } from './byte-writer';

/** Writes the values of messages: rows of a batch in Confluent's wire format. */
export interface ValueWriter {
  /** Takes the batch whose rows follow. Returns a number of bytes that no value of it exceeds. */
  begin(batch: RowBatch): number;
  /** Writes the value of a row. Returns the offset after it. */
  write(row: number, out: ByteWriter, offset: number): number;
}
