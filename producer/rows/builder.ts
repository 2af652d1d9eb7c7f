import { CHANNELS } from '../bottle/channels';
import type { Session } from '../bottle/session';
import type { StreamCounts } from '../report';
import type { Column, RowBatch } from './batch';

/**
 * Largest number of rows in a batch: large enough that the work per batch does not matter, small enough that
 * several batches fit in memory.
 */
export const BATCH_ROWS = 4096;

/** Called when a value comes again for the same row. `row` counts within the current run. */
export type OnRepeat = (row: number, first: number, again: number) => void;

/** A column while its batch is filled. */
interface OpenColumn {
  readonly field: number;
  readonly values: Int32Array;
  absent: Uint8Array | undefined;
  /** Number of rows written; later ones are absent. */
  filled: number;
}

/** Fills batches of one station and session, a run of rows at a time, without an object per row. */
export class BatchBuilder {
  private times = new Float64Array(BATCH_ROWS);
  private columns: (OpenColumn | undefined)[] = [];
  private length = 0;
  private run = 0;

  constructor(
    private readonly site: string,
    private readonly session: Session,
    private readonly counts: StreamCounts,
  ) {}

  /** Rows that still fit. */
  get room(): number {
    return BATCH_ROWS - this.length;
  }

  /** Whether an instant is after all instants in the batch. */
  follows(instant: number): boolean {
    return this.length === 0 || instant > this.times[this.length - 1]!;
  }

  /**
   * Appends `count` rows, at most `room`, one every `interval` milliseconds from `instant` on. `put` then
   * fills them.
   */
  append(instant: number, interval: number, count: number): void {
    this.run = this.length;
    for (let i = 0; i < count; i++) this.times[this.run + i] = instant + i * interval;
    this.length += count;
  }

  /**
   * Puts samples of a field into the rows just appended, from `from` on. The first value of a row is kept;
   * `onRepeat` is called for others.
   */
  put(
    field: number,
    values: Int32Array,
    absent: Uint8Array | undefined,
    from: number,
    onRepeat: OnRepeat,
  ): void {
    const column = (this.columns[field] ??= {
      field,
      values: new Int32Array(BATCH_ROWS),
      absent: undefined,
      filled: 0,
    });
    if (column.filled > this.run) {
      this.putAgain(column, values, absent, from, onRepeat);
      return;
    }
    if (column.filled < this.run) absentOf(column).fill(1, column.filled, this.run);
    const to = from + this.length - this.run;
    column.values.set(values.subarray(from, to), this.run);
    if (absent) absentOf(column).set(absent.subarray(from, to), this.run);
    column.filled = this.length;
  }

  /**
   * Returns the appended rows as a batch, or undefined when no row has a value. The builder is then empty.
   */
  finish(): RowBatch | undefined {
    const open = this.columns.filter((column) => column !== undefined).sort((a, b) => a.field - b.field);
    for (const column of open) {
      if (column.filled < this.length) absentOf(column).fill(1, column.filled, this.length);
    }
    const rows = open.every((column) => column.absent) ? this.dropEmptyRows(open) : this.length;
    const batch: RowBatch = {
      site: this.site,
      session: this.session,
      length: rows,
      times: this.times.subarray(0, rows),
      columns: open.map((column) => close(column, rows)).filter((column) => column !== undefined),
    };
    this.counts.emptyRows += this.length - rows;
    this.counts.rows += rows;
    this.times = new Float64Array(BATCH_ROWS);
    this.columns = [];
    this.length = 0;
    if (rows === 0) return undefined;
    this.counts.first = Math.min(this.counts.first ?? Infinity, batch.times[0]!);
    this.counts.last = Math.max(this.counts.last ?? -Infinity, batch.times[rows - 1]!);
    return batch;
  }

  private putAgain(
    column: OpenColumn,
    values: Int32Array,
    absent: Uint8Array | undefined,
    from: number,
    onRepeat: OnRepeat,
  ): void {
    for (let row = this.run; row < this.length; row++) {
      const index = from + row - this.run;
      if (absent?.[index]) continue;
      if (column.absent?.[row]) {
        column.values[row] = values[index]!;
        column.absent[row] = 0;
      } else onRepeat(row - this.run, column.values[row]!, values[index]!);
    }
  }

  /** Moves the rows that have a value together; returns how many there are. */
  private dropEmptyRows(open: readonly OpenColumn[]): number {
    let kept = 0;
    for (let row = 0; row < this.length; row++) {
      if (open.every((column) => column.absent![row])) continue;
      if (kept < row) {
        this.times[kept] = this.times[row]!;
        for (const column of open) {
          column.values[kept] = column.values[row]!;
          column.absent![kept] = column.absent![row]!;
        }
      }
      kept += 1;
    }
    return kept;
  }
}

function absentOf(column: OpenColumn): Uint8Array {
  return (column.absent ??= new Uint8Array(BATCH_ROWS));
}

/** Undefined for a column in which no row has a value. */
function close({ field, values, absent }: OpenColumn, rows: number): Column | undefined {
  const kept = absent?.subarray(0, rows);
  if (kept && !kept.includes(0)) return undefined;
  return {
    field: CHANNELS[field]!.field,
    values: values.subarray(0, rows),
    absent: kept?.includes(1) ? kept : undefined,
  };
}
