/** Rows as tables for people. */
import { grid } from '../summary';
import type { Column, RowBatch } from './batch';
import { timestampFormatter } from './timestamp';

/** Cells hold an int32 with its sign; the frame adds three characters. */
const COLUMN_WIDTH = 14;
/** Site, session and timestamp with their frame. */
const FIXED_WIDTH = 48;

/**
 * Makes a function from a batch to its table. The table has as many columns as fit into `width` characters;
 * the rest are counted.
 */
export function tableFormatter(width: number): (batch: RowBatch) => string {
  const format = timestampFormatter();
  return ({ site, session, times, columns, length }) => {
    const fitting = columns.slice(0, Math.max(1, Math.floor((width - FIXED_WIDTH) / COLUMN_WIDTH)));
    const left = columns.length - fitting.length;
    const head = ['site', 'session', 'timestamp', ...fitting.map(({ field }) => field)];
    const rows = Array.from({ length }, (_, row) => [
      site,
      session,
      format(times[row]!),
      ...fitting.map((column) => cell(column, row)),
    ]);
    return `${grid(head, rows)}\n${left > 0 ? `and ${left} more columns: a wider terminal shows more\n` : ''}`;
  };
}

function cell({ values, absent }: Column, row: number): string {
  return absent?.[row] ? '' : String(values[row]);
}
