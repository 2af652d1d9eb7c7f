import type { Column, RowBatch } from '../rows/batch';
import { type ByteWriter, intBytes, LONG_BYTES } from './byte-writer';
import type { FieldLayout } from './layout';
import { TIMESTAMP_BYTES, TimestampBytes } from './timestamp-bytes';
import type { ValueWriter } from './value-writer';

/** What stands between two runs of constant bytes. */
const TIME = 0;
const TIMESTAMP = 1;
const SAMPLE = 2;

/** Constant bytes, and then a value that changes from row to row. */
interface Step {
  readonly before: Uint8Array;
  readonly kind: typeof TIME | typeof TIMESTAMP | typeof SAMPLE;
  readonly values: Int32Array;
  /** 1 for rows without a sample; undefined when every row has one. */
  readonly absent: Uint8Array | undefined;
  /** Bytes before a sample, and bytes instead of one. */
  readonly branch: Uint8Array;
  readonly none: Uint8Array;
}

const NO_VALUES = new Int32Array(0);

/**
 * Writes values straight from the columns of a batch. What all rows of a batch have in common, such as the
 * station and the nulls of channels that the batch does not have, is put together once per batch, so a row
 * costs its time, its text, its samples and a few copies.
 */
export class ColumnWriter implements ValueWriter {
  private readonly timestamp = new TimestampBytes();
  private steps: readonly Step[] = [];
  private end: Uint8Array = Buffer.alloc(0);
  private times: Float64Array = new Float64Array(0);

  /** @param header bytes before each record */
  constructor(
    private readonly fields: readonly FieldLayout[],
    private readonly header: Buffer,
  ) {}

  begin({ site, times, columns }: RowBatch): number {
    const columnOf = new Map(columns.map((column) => [column.field, column]));
    const text = Buffer.from(site);
    const steps: Step[] = [];
    let constant: Uint8Array[] = [this.header];
    const add = (kind: Step['kind'], field: FieldLayout, column?: Column): void => {
      const branch = field.kind === 'constant' ? field.bytes : field.branch;
      const isOptional = column?.absent !== undefined;
      if (!isOptional) constant.push(branch);
      steps.push({
        before: Buffer.concat(constant),
        kind,
        values: column?.values ?? NO_VALUES,
        absent: column?.absent,
        branch,
        none: field.kind === 'constant' ? field.bytes : field.absent,
      });
      constant = [];
    };
    for (const field of this.fields) {
      const column = columnOf.get(field.name);
      if (field.kind === 'constant') constant.push(field.bytes);
      else if (field.kind === 'site') constant.push(field.branch, intBytes(text.length), text);
      else if (field.kind === 'time') add(TIME, field);
      else if (field.kind === 'timestamp') add(TIMESTAMP, field);
      else if (column) add(SAMPLE, field, column);
      else constant.push(field.absent);
    }
    this.steps = steps;
    this.end = Buffer.concat(constant);
    this.times = times;
    const fixed = steps.reduce((sum, { before, branch }) => sum + before.length + branch.length, 0);
    return fixed + this.end.length + steps.length * Math.max(LONG_BYTES, TIMESTAMP_BYTES);
  }

  write(row: number, out: ByteWriter, offset: number): number {
    const time = this.times[row]!;
    for (const step of this.steps) {
      offset = out.bytes(step.before, offset);
      if (step.kind === TIME) offset = out.long(time, offset);
      else if (step.kind === TIMESTAMP) offset = this.timestamp.put(time, out, offset);
      else if (step.absent?.[row] === 1) offset = out.bytes(step.none, offset);
      else {
        if (step.absent !== undefined) offset = out.bytes(step.branch, offset);
        offset = out.int(step.values[row]!, offset);
      }
    }
    return out.bytes(this.end, offset);
  }
}
