/**
 * Runs a statement in the mode that it needs: a query over bounded tables in batch mode where Flink can, any
 * other as a stream.
 */
import { hasCode } from '../contract/user-error';
import type { Page, Row, SqlSession } from './gateway';

/** Flink option of a query that ends. */
export const BATCH = { 'execution.runtime-mode': 'batch' } as const;

const STREAMING = { 'execution.runtime-mode': 'streaming' } as const;

/**
 * Error of Flink's planner for a batch query that must be a stream, because it reads an unbounded table or
 * selects an event time.
 */
const NEEDS_STREAMING = /unbounded|failed to preserve datatypes/i;

/**
 * Error of the planner for a batch query over a bounded table whose records change earlier ones. The planner
 * checks for unbounded tables first.
 */
const NEEDS_CHANGES = 'INSERT-only table sources';

/** The result of a statement. */
export interface QueryResult {
  /**
   * True for a stream of changing rows that may not end; false for the rows of a bounded query and for other
   * statements.
   */
  readonly isStream: boolean;
  readonly pages: AsyncIterable<Page>;
}

/**
 * Starts a statement. Only Flink's planner knows whether a query is bounded, so a query is tried in batch
 * mode first. Batch mode refuses unbounded tables while it plans, before any row and any job.
 */
export async function runQuery(
  session: SqlSession,
  statement: string,
  signal: AbortSignal,
): Promise<QueryResult> {
  if (!isQuery(statement)) return { isStream: false, pages: session.run(statement, { signal }) };
  const batch = session.run(statement, { signal, config: BATCH });
  try {
    const first = await batch.next();
    return { isStream: false, pages: startingWith(first, batch) };
  } catch (error) {
    if (!hasCode(error, 'SQL_FAILED')) throw error;
    if (error.message.includes(NEEDS_CHANGES)) {
      return { isStream: false, pages: settled(session.run(statement, { signal, config: STREAMING })) };
    }
    if (!NEEDS_STREAMING.test(error.message)) throw error;
    return { isStream: true, pages: session.run(statement, { signal, config: STREAMING }) };
  }
}

/** Whether a statement reads rows of tables, judged by its first keyword. */
export function isQuery(statement: string): boolean {
  const code = statement.replace(/^(?:\s|\(|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');
  return /^(SELECT|WITH|VALUES)\b/i.test(code);
}

async function* startingWith(
  first: IteratorResult<Page, void>,
  rest: AsyncGenerator<Page, void>,
): AsyncGenerator<Page> {
  try {
    if (!first.done) yield first.value;
    yield* rest;
  } finally {
    // When the loop is left early, this ends the generator, which cancels the statement.
    await rest.return();
  }
}

/** The rows that remain after all changes, in the order in which they last arrived. */
export async function* settled(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  const rows = new Map<string, Row[]>();
  let last: Page | undefined;
  for await (const page of pages) {
    last = page;
    for (const row of page.rows) {
      const key = JSON.stringify(row.fields, (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}n` : value,
      );
      const same = rows.get(key) ?? [];
      rows.delete(key);
      const left =
        row.kind === 'INSERT' || row.kind === 'UPDATE_AFTER'
          ? [...same, { kind: 'INSERT', fields: row.fields } as const]
          : same.slice(1);
      if (left.length > 0) rows.set(key, left);
    }
  }
  if (last) yield { ...last, rows: [...rows.values()].flat() };
}
