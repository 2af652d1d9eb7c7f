/** Writes a result to a stream as it arrives: as a table, or as one JSON object per line. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Column, Row } from './gateway';
import type { QueryResult } from './query';
import { jsonLine, TextTable } from './table';

export interface PrintOptions {
  readonly json?: boolean;
  /** Stop after this many rows. @default - no limit */
  readonly rows?: number;
  /** Width of the terminal; undefined when the output is not a terminal. */
  readonly width?: number;
}

/** Number of rows of a bounded result that determine the widths of the columns. */
const SAMPLE = 200;

/** What was printed. */
export interface Printed {
  readonly rows: number;
  /** Columns that did not fit. */
  readonly hidden: readonly string[];
}

/** Prints the rows of a result, up to its end or `rows` of them. */
export async function printResult(
  result: QueryResult,
  out: Writable,
  options: PrintOptions = {},
): Promise<Printed> {
  const printer = new Printer(result.isStream, out, options);
  for await (const { columns, rows } of result.pages) {
    await printer.add(columns, rows);
    if (printer.isFull) break;
  }
  return printer.end();
}

class Printer {
  private columns: readonly Column[] = [];
  private waiting: Row[] = [];
  private taken = 0;
  private table: TextTable | undefined;

  constructor(
    private readonly isStream: boolean,
    private readonly out: Writable,
    private readonly options: PrintOptions,
  ) {}

  get isFull(): boolean {
    return this.taken >= (this.options.rows ?? Infinity);
  }

  async add(columns: readonly Column[], rows: readonly Row[]): Promise<void> {
    this.columns = columns;
    // The row before an update is left out: the updated row follows.
    const news = rows.filter((row) => row.kind !== 'UPDATE_BEFORE');
    const taken = news.slice(0, (this.options.rows ?? Infinity) - this.taken);
    this.taken += taken.length;
    if (this.options.json) return this.write(taken.map((row) => jsonLine(columns, row)).join(''));
    this.waiting.push(...taken);
    if (this.table || (this.isStream && this.waiting.length > 0) || this.waiting.length >= SAMPLE)
      await this.flush();
  }

  async end(): Promise<Printed> {
    if (!this.options.json && this.columns.length > 0) await this.flush();
    return { rows: this.taken, hidden: this.table?.hidden ?? [] };
  }

  private async flush(): Promise<void> {
    let text = '';
    if (!this.table) {
      this.table = new TextTable({
        columns: this.columns,
        sample: this.waiting,
        withOperation: this.isStream,
        maxWidth: this.options.width,
      });
      text = this.table.header();
    }
    for (const row of this.waiting.splice(0)) text += this.table.row(row);
    await this.write(text);
  }

  private async write(text: string): Promise<void> {
    if (text !== '' && !this.out.write(text)) await once(this.out, 'drain');
  }
}
