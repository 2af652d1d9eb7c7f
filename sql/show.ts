/**
 * Shows what is in Kafka, through Flink SQL: the number of rows by station and session, and the first rows of
 * each session.
 */
import type { Writable } from 'node:stream';
import { CHANNELS } from '../producer/bottle/channels';
import { SESSIONS, type Session } from '../producer/bottle/session';
import { hasCode, UserError } from '../contract/user-error';
import { SqlSession } from './gateway';
import { printResult } from './print';
import { runQuery } from './query';
import { BOUNDED_TABLE } from './table-names';

/** Number of rows shown of each session. */
const FIRST_ROWS = 4;

export interface ShowOptions {
  readonly gateway: string;
  /** Creates the tables in a session. */
  readonly makeTables: (session: SqlSession, signal: AbortSignal) => Promise<void>;
  readonly out: Writable;
  readonly signal: AbortSignal;
  /** Called when the first row is printed. */
  onFirstRow(): void;
}

/** Prints the counts, then the first rows of each session that has rows. */
export async function showRows(options: ShowOptions): Promise<void> {
  const { signal } = options;
  const session = await SqlSession.open(options.gateway);
  try {
    await options.makeTables(session, signal);
    const counts = await printQuery(session, COUNTS, options);
    const there = new Set(counts.map(([, name]) => name));
    for (const name of SESSIONS.filter((session) => there.has(session))) {
      await printQuery(session, firstRows(name), options);
      options.onFirstRow();
    }
  } catch (error) {
    if (!hasCode(error, 'SQL_FAILED')) throw error;
    throw new UserError('SQL_FAILED', `Flink SQL could not show the rows: ${error.message}`, {
      fix: 'read the logs of Flink, then run the statement above again with `npm run sql`',
    });
  } finally {
    await session.close().catch(() => undefined);
  }
}

/** Prints a statement as at the prompt, and its rows. Returns the rows. */
async function printQuery(
  session: SqlSession,
  sql: string,
  { out, signal }: ShowOptions,
): Promise<(readonly unknown[])[]> {
  out.write(`\nFlink SQL> ${sql};\n`);
  const rows: (readonly unknown[])[] = [];
  const { isStream, pages } = await runQuery(session, sql, signal);
  const seen = (async function* () {
    for await (const page of pages) {
      rows.push(...page.rows.map((row) => row.fields));
      yield page;
    }
  })();
  await printResult({ isStream, pages: seen }, out);
  return rows;
}

/** A row belongs to the session whose columns have a value. */
function isOf(session: Session): string {
  const fields = CHANNELS.filter((channel) => channel.session === session).map((channel) => channel.field);
  return `COALESCE(${fields.join(', ')}) IS NOT NULL`;
}

function strainFields(session: Session): string[] {
  return CHANNELS.filter((c) => c.session === session && /^CH\d$/.test(c.name)).map((c) => c.field);
}

function firstRows(session: Session): string {
  const fields = strainFields(session);
  return (
    `SELECT key_site, \`timestamp\`, ${fields.join(', ')}\n  FROM ${BOUNDED_TABLE}` +
    ` WHERE COALESCE(${fields.join(', ')}) IS NOT NULL ORDER BY \`time\`, key_site LIMIT ${FIRST_ROWS}`
  );
}

const COUNTS = `SELECT key_site, session, COUNT(*) AS \`rows\`, MIN(\`timestamp\`) AS \`first\`, MAX(\`timestamp\`) AS \`last\`
  FROM (SELECT *, CASE WHEN ${isOf('Hour')} THEN 'Hour'
                       WHEN ${isOf('Min')} THEN 'Min' ELSE 'Day' END AS session FROM ${BOUNDED_TABLE})
  GROUP BY key_site, session ORDER BY key_site, session`;
