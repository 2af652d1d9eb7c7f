/**
 * Writes rows as a text table while they arrive. The first rows determine the widths, so even a long result
 * needs little memory.
 */
import type { Column, Row, RowKind } from './gateway';

/** Maximum width of a column. Longer values are cut and end with `…`. */
const MAX_WIDTH = 40;

/** Minimum width by type, so that later rows of a stream fit too. */
const TYPE_WIDTH: Readonly<Record<string, number>> = { INTEGER: 10, BIGINT: 13, DOUBLE: 12, FLOAT: 12 };

const OPERATION: Readonly<Record<RowKind, string>> = {
  INSERT: '+I',
  UPDATE_BEFORE: '-U',
  UPDATE_AFTER: '+U',
  DELETE: '-D',
};

export interface TableOptions {
  readonly columns: readonly Column[];
  /** Rows that determine the widths. */
  readonly sample: readonly Row[];
  /**
   * Whether each row begins with its change (`+I` new, `+U` replaces an earlier one, `-D` deleted).
   */
  readonly withOperation: boolean;
  /**
   * Maximum width of the table. Columns that do not fit are left out and listed below it. @default - no limit
   */
  readonly maxWidth?: number;
}

/** Formats the rows of one result. */
export class TextTable {
  /** Columns that do not fit. */
  readonly hidden: readonly string[];
  private readonly shown: readonly { column: Column; index: number; width: number }[];

  constructor(private readonly options: TableOptions) {
    const { columns, sample, withOperation, maxWidth = Infinity } = options;
    let room = maxWidth - (withOperation ? 5 : 0);
    const all = columns.map((column, index) => {
      const cells = sample.map((row) => cell(row.fields[index], column).length);
      const least = withOperation ? (TYPE_WIDTH[column.type] ?? 0) : 0;
      const width = Math.min(MAX_WIDTH, Math.max(column.name.length, least, ...cells));
      return { column, index, width };
    });
    // The first column is always shown, even on a narrow terminal.
    this.shown = all.filter(({ width }, i) => (room -= width + 3) >= 0 || i === 0);
    this.hidden = all.filter((entry) => !this.shown.includes(entry)).map(({ column }) => column.name);
  }

  /** The names, and the line below them. */
  header(): string {
    const names = this.shown.map(({ column, width }) => column.name.padEnd(width));
    const rules = this.shown.map(({ width }) => '-'.repeat(width));
    const { withOperation } = this.options;
    return `${line(withOperation ? ['op', ...names] : names)}${line(withOperation ? ['--', ...rules] : rules, '-+-')}`;
  }

  row(row: Row): string {
    const cells = this.shown.map(({ column, index, width }) => {
      const text = cell(row.fields[index], column);
      const fitted = text.length > width ? `${text.slice(0, width - 1)}…` : text;
      return isNumber(column) ? fitted.padStart(width) : fitted.padEnd(width);
    });
    return line(this.options.withOperation ? [OPERATION[row.kind], ...cells] : cells);
  }
}

function line(cells: readonly string[], between = ' | '): string {
  return `${cells.join(between).trimEnd()}\n`;
}

function isNumber({ type }: Column): boolean {
  return /^(TINYINT|SMALLINT|INTEGER|BIGINT|FLOAT|DOUBLE|DECIMAL)/.test(type);
}

function cell(value: unknown, column: Column): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string')
    return column.type.startsWith('TIMESTAMP') ? value.replace('T', ' ') : oneLine(value);
  return toJson(value);
}

function oneLine(text: string): string {
  return text.replace(/\r?\n/g, '⏎');
}

/** A row as one line of JSON, by column. A row that is not new also has `op`. */
export function jsonLine(columns: readonly Column[], row: Row): string {
  const members = columns.map(({ name }, i) => `${JSON.stringify(name)}:${toJson(row.fields[i])}`);
  if (row.kind !== 'INSERT') members.unshift(`"op":"${OPERATION[row.kind]}"`);
  return `{${members.join(',')}}\n`;
}

/** JSON that keeps whole numbers of any size. */
function toJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
