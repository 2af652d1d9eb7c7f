/** The tables and views that every session has. */
import { avroTableDdl } from '../constructs/sql/avro-table';
import { literal } from '../constructs/sql/quote';
import { CONSOLE_SETTINGS, CONSOLE_TABLES, CONSOLE_VIEWS } from '../jobs/console';
import { type JobAddresses, tableConfig, type TableSpec } from '../jobs/definition';
import { readSchema } from '../avro/folder';
import type { SqlSession } from './gateway';
import { BATCH } from './query';

/**
 * At the end of a partition the broker waits this long for more rows, by default half a second, which is most
 * of the time of a query over few rows. A bounded query does not need them.
 */
const NO_WAIT = { 'properties.fetch.max.wait.ms': '50' };

/** A statement that runs when a session starts. */
export interface SessionStatement {
  readonly sql: string;
  /** Whether it creates a table or view of the rows that exist now. */
  readonly bounded: boolean;
}

/** Statements that create all tables, from the schemas of their topics, and the views over them. */
export function sessionStatements(addresses: JobAddresses): SessionStatement[] {
  const settings = Object.entries(CONSOLE_SETTINGS).map(([name, value]) => ({
    sql: `SET ${literal(name)} = ${literal(value)}`,
    bounded: false,
  }));
  const tables = CONSOLE_TABLES.map((table) => ({
    sql: tableDdl(table, addresses),
    bounded: table.bounded ?? false,
  }));
  return [...settings, ...tables, ...CONSOLE_VIEWS];
}

function tableDdl(table: TableSpec, addresses: JobAddresses): string {
  const options = { ...table.options, ...(table.bounded ? NO_WAIT : {}) };
  return avroTableDdl({ ...tableConfig(table, addresses, readSchema), options });
}

/**
 * Creates the tables and views in a session, each in the mode in which it is queried. A table that is created
 * in streaming mode has an event time, which a query in batch mode cannot select.
 */
export async function createTables(
  session: SqlSession,
  addresses: JobAddresses,
  signal?: AbortSignal,
): Promise<void> {
  for (const { sql, bounded } of sessionStatements(addresses)) {
    await session.all(sql, { signal, ...(bounded ? { config: BATCH } : {}) });
  }
}
