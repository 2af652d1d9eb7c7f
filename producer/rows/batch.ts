/**
 * Rows in columns, from decoding and merging to encoding. A batch belongs to one station and session and is
 * in time order. There is no object per row, so 20 Hz data costs only a few typed arrays per batch.
 */
import type { Session } from '../bottle/session';

/** One value column of a batch. */
export interface Column {
  /** Field of the row, as in the Avro schema, for example `bs1_t0`. */
  readonly field: string;
  /** One value per row. Values where `absent` is set have no meaning. */
  readonly values: Int32Array;
  /** 1 where the row has no value in this column; undefined when every row has one. */
  readonly absent: Uint8Array | undefined;
}

/** Rows of one station and session, in time order, one per instant. Every row has at least one value. */
export interface RowBatch {
  /** Station, four characters. */
  readonly site: string;
  readonly session: Session;
  /** Number of rows. */
  readonly length: number;
  /** Instants, whole milliseconds since 1970-01-01 UTC (exact: below 2^53), strictly increasing. */
  readonly times: Float64Array;
  /** Only the columns in which at least one row has a value, in the schema's order. */
  readonly columns: readonly Column[];
}

/** The first rows of a batch, as views of its columns; the batch itself when it has no more. */
export function firstRows(batch: RowBatch, rows: number): RowBatch {
  if (batch.length <= rows) return batch;
  const columns = batch.columns.map(({ field, values, absent }) => ({
    field,
    values: values.subarray(0, rows),
    absent: absent?.subarray(0, rows),
  }));
  return { ...batch, length: rows, times: batch.times.subarray(0, rows), columns };
}
