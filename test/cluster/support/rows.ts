/** The rows that have to be in Kafka, and a checksum that tells whether two sets of rows are the same. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SCHEMA_FILES } from '../../../contract';
import { ROOT } from '../../../cli/root';
import { run } from '../../e2e/command';

/** A set of rows: how many, and a sum over all of their columns that does not depend on their order. */
export interface RowSet {
  readonly count: number;
  readonly checksum: string;
}

/**
 * A row of the table: the key's column and the value's, `time` in milliseconds, columns without a value left
 * out or null.
 */
export type TableRow = Readonly<Record<string, unknown>>;

const schema = JSON.parse(readFileSync(path.join(ROOT, 'avro_schemas', SCHEMA_FILES.value), 'utf8')) as {
  fields: { name: string }[];
};

/** Columns of the table `gtsm_etl`: the key's, then the value's in the schema's order. */
export const COLUMNS: readonly string[] = ['key_site', ...schema.fields.map(({ name }) => name)];

/** All columns of a row in a text that no other row has. */
export function textOf(row: TableRow): string {
  return JSON.stringify(COLUMNS.map((column) => row[column] ?? null));
}

/**
 * Adds up rows: SHA-256 of each row's columns, summed modulo 2^256. Rows in any order give the same, and a
 * row that comes twice another sum than one that comes once.
 */
export class RowSum {
  private count = 0;
  private sum = 0n;

  add(row: TableRow): void {
    this.count++;
    this.sum += BigInt(`0x${createHash('sha256').update(textOf(row)).digest('hex')}`);
  }

  get rows(): RowSet {
    return { count: this.count, checksum: BigInt.asUintN(256, this.sum).toString(16).padStart(64, '0') };
  }
}

/** A line of `strain-producer parse`. */
export interface ParsedRow {
  readonly session: string;
  readonly key: { readonly site: string };
  readonly value: TableRow;
}

/**
 * Rows that `strain-producer parse` gives of sample bottles, which are the same wherever they are made.
 * @param options of `strain-producer sample`; by default it makes what the producer's image holds
 */
export async function sampleRows(...options: string[]): Promise<readonly ParsedRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cluster-samples-'));
  try {
    await producer('sample', folder, ...options);
    const lines = (await producer('parse', folder)).trim().split('\n');
    return lines.map((line) => JSON.parse(line) as ParsedRow);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A parsed row as the table has it. */
export const asTableRow = ({ key, value }: ParsedRow): TableRow => ({ key_site: key.site, ...value });

/** The sum of rows, as the table has them. */
export function sumOf(rows: Iterable<TableRow>): RowSet {
  const sum = new RowSum();
  for (const row of rows) sum.add(row);
  return sum.rows;
}

async function producer(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run('npx', ['--silent', 'strain-producer', ...args]);
  if (code !== 0) throw new Error(`strain-producer ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}
