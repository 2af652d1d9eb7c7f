/** What is known of each stream: in memory while the store is open, and read from its file. */
import { SESSIONS } from '../../../producer/bottle/session';
import type { Session } from '../../api';
import { COLUMNS } from '../channels';
import { asRows, type Database, text, type Transaction } from './database';
import { recentTable } from './tables';

/** What is known of a stream without a query. */
export interface Stream {
  readonly stream: number;
  readonly site: string;
  readonly session: Session;
  /** Number of instants with a row. */
  readonly rows: number;
  /** First and last instant. */
  readonly first: number;
  readonly last: number;
  /** Columns with samples. */
  readonly filled: ReadonlySet<string>;
}

/** The same while it changes. */
export type StreamState = { -readonly [Key in keyof Stream]: Stream[Key] } & {
  filled: Set<string>;
  /** First instant in the `recent` table; undefined when all rows are in their own table. */
  recentFrom: number | undefined;
};

/** All streams by name, and the rows in the `recent` tables. */
export interface Streams {
  readonly states: ReadonlyMap<string, StreamState>;
  readonly recent: Readonly<Record<Session, number>>;
}

/** Reads the states from the file. */
export async function loadStreams(database: Database): Promise<Streams> {
  const states = new Map<string, StreamState>();
  for (const row of asRows(await database.query('SELECT * FROM streams'))) {
    const state = {
      ...newStream(Number(row.stream), row.site as string, row.session as Session),
      ...{ rows: Number(row.rows), first: Number(row.first), last: Number(row.last) },
      filled: new Set((row.filled as string).split(' ').filter((name) => name !== '')),
    };
    states.set(nameOf(state), state);
  }
  const recent = { Day: 0, Hour: 0, Min: 0 };
  for (const session of SESSIONS) recent[session] = await addRecent(database, session, states);
  return { states, recent };
}

/** Adds what the `recent` table of a session has. Returns its number of rows. */
async function addRecent(
  database: Database,
  session: Session,
  states: ReadonlyMap<string, StreamState>,
): Promise<number> {
  const names = COLUMNS[session].map(({ name }) => name);
  const found = await database.query(
    `SELECT stream, count(*) AS n, min(time) AS "first", max(time) AS "last",
     ${names.map((name) => `count(${name}) AS ${name}`).join(', ')} FROM ${recentTable(session)} GROUP BY stream`,
  );
  const byId = new Map([...states.values()].map((state) => [state.stream, state]));
  let rows = 0;
  for (const row of asRows(found)) {
    const state = byId.get(Number(row.stream))!;
    rows += Number(row.n);
    state.recentFrom = Number(row.first);
    if (state.rows === 0) state.first = state.recentFrom;
    state.rows += Number(row.n);
    state.last = Number(row.last);
    for (const name of names) if (Number(row[name]) > 0) state.filled.add(name);
  }
  return rows;
}

/** A stream without rows. */
export function newStream(stream: number, site: string, session: Session): StreamState {
  return {
    stream,
    site,
    session,
    rows: 0,
    first: 0,
    last: -Infinity,
    filled: new Set(),
    recentFrom: undefined,
  };
}

/** The name by which a stream is found. */
export function nameOf({ site, session }: { readonly site: string; readonly session: Session }): string {
  return `${session} ${site}`;
}

/** Writes the state of a stream that has no rows in the `recent` table. */
export async function saveState(
  transaction: Transaction,
  { stream, rows, first, last, filled }: StreamState,
): Promise<void> {
  await transaction.run(
    `UPDATE streams SET "rows" = ${rows}, "first" = ${first}, "last" = ${last}, filled = ${text([...filled].join(' '))}
     WHERE stream = ${stream}`,
  );
}
