/**
 * The history of all stations in one DuckDB file. Rows and the offsets up to which they were read are written
 * in one transaction, so that reading goes on exactly where it ended, whenever the process was killed.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Session } from '../../api';
import { SESSIONS, STRAIN_INTERVALS } from '../../../producer/bottle/session';
import { COLUMNS } from '../channels';
import { asRows, Database, type DatabaseLimits, text, type Transaction } from './database';
import { findGaps, gapsBetween } from './gaps';
import type { GaugeConstants } from './strain-sql';
import { loadStreams, nameOf, newStream, saveState, type Stream, type StreamState } from './streams';
import {
  appendColumns,
  HOUR_MS,
  isAscending,
  periodOf,
  recentTable,
  SHARED_TABLES,
  STORE_VERSION,
  streamTables,
  type StreamRows,
  summarize,
  tablesOf,
} from './tables';

const FILE = 'strain.duckdb';
/** What the names of files that are sent to users begin with. */
export const EXPORT = 'export-';

/** When so many rows of a session wait in its `recent` table, they are moved to the streams. */
const RECENT_ROWS = 200_000;

/** Rows of a stream that a write has added or changed. */
export interface Change {
  readonly stream: Stream;
  readonly rows: StreamRows;
  /** Whether all of them come after those that were there. */
  readonly isNewer: boolean;
}

/** Where reading goes on after a write, by partition. */
export type Offsets = ReadonlyMap<number, bigint>;

export class Store {
  private streams = new Map<string, StreamState>();
  private readonly constants = new Map<string, GaugeConstants>();
  /** Rows in the `recent` tables. */
  private recent: Record<Session, number> = { Day: 0, Hour: 0, Min: 0 };
  private readonly nextOffsets = new Map<number, bigint>();

  private constructor(
    readonly database: Database,
    /** Folder of the file; also for files that are sent to users. */
    readonly folder: string,
  ) {}

  /**
   * Opens the store of a folder, or begins an empty one. A store of another topic (`topicId`) or version is
   * deleted, as its rows are in Kafka.
   */
  static async open(folder: string, topicId: string, limits: DatabaseLimits): Promise<Store> {
    const identity = `${STORE_VERSION} ${topicId}`;
    await mkdir(folder, { recursive: true });
    // Files that a process did not send to the end.
    for (const name of await readdir(folder)) if (name.startsWith(EXPORT)) await rm(path.join(folder, name));
    const file = path.join(folder, FILE);
    let database = await Database.open(file, limits).catch((error: unknown) => {
      throw new Error(
        `the store ${file} cannot be opened: ${(error as Error).message}. If it is damaged, delete it: its rows are in Kafka`,
        { cause: error },
      );
    });
    if ((await identityOf(database)) !== identity) {
      await database.close();
      for (const old of [file, `${file}.wal`]) await rm(old, { force: true });
      database = await Database.open(file, limits);
    }
    await database.transaction(async (transaction) => {
      for (const sql of SHARED_TABLES) await transaction.run(sql);
      await transaction.run(`INSERT OR REPLACE INTO facts VALUES ('identity', ${text(identity)})`);
    });
    const store = new Store(database, folder);
    await store.load();
    return store;
  }

  /** Where reading goes on. */
  get offsets(): Offsets {
    return this.nextOffsets;
  }

  /** The streams that have rows. */
  get allStreams(): readonly Stream[] {
    return [...this.streams.values()].filter(({ rows }) => rows > 0);
  }

  /** Number of rows of all streams. */
  get rows(): number {
    return this.allStreams.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** A stream that has rows. */
  streamOf(site: string, session: Session): Stream | undefined {
    const stream = this.streams.get(nameOf({ site, session }));
    return stream && stream.rows > 0 ? stream : undefined;
  }

  constantsOf(site: string): GaugeConstants | undefined {
    return this.constants.get(site);
  }

  /**
   * Adds rows, and keeps where reading goes on, in one transaction. A row of an instant that is there already
   * replaces the samples that it has. Resolves with what changed. When it rejects, nothing has.
   */
  async write(batches: readonly StreamRows[], offsets: Offsets): Promise<Change[]> {
    const changes = await this.change(async (transaction) => {
      const made: Change[] = [];
      for (const rows of batches) {
        const state = this.streams.get(nameOf(rows)) ?? (await this.create(transaction, rows));
        const isNewer = isAscending(rows.time, state.last);
        if (isNewer) await this.append(transaction, state, rows);
        else await this.merge(transaction, state, rows);
        for (const [index, { name }] of COLUMNS[rows.session].entries()) {
          if (rows.counts[index]!.some((count) => count !== null)) state.filled.add(name);
        }
        if (!isNewer) await saveState(transaction, state);
        made.push({ stream: state, rows, isNewer });
      }
      for (const [partition, next] of offsets) {
        await transaction.run(`INSERT OR REPLACE INTO offsets VALUES (${partition}, ${next})`);
      }
      return made;
    });
    for (const [partition, next] of offsets) this.nextOffsets.set(partition, next);
    for (const session of SESSIONS) if (this.recent[session] > RECENT_ROWS) await this.settle(session);
    return changes;
  }

  /** Sets or deletes the constants of a station. Its strain is computed again when they have changed. */
  async setConstants(site: string, constants: GaugeConstants | undefined): Promise<void> {
    const json = JSON.stringify(constants);
    if (JSON.stringify(this.constants.get(site)) === json) return;
    await this.change(async (transaction) => {
      if (constants) {
        await transaction.run(`INSERT OR REPLACE INTO constants VALUES (${text(site)}, ${text(json)})`);
        this.constants.set(site, constants);
      } else {
        await transaction.run(`DELETE FROM constants WHERE site = ${text(site)}`);
        this.constants.delete(site);
      }
      for (const state of this.streams.values()) {
        if (state.site !== site) continue;
        for (const sql of summarize(state, state, constants)) await transaction.run(sql);
      }
    });
  }

  /** Moves the rows of the `recent` table into the tables of their streams. */
  async settle(session: Session): Promise<void> {
    await this.change(async (transaction) => {
      for (const state of this.streams.values()) {
        if (state.session === session) await this.settleStream(transaction, state);
      }
    });
  }

  /** Deletes rows that are older than an instant, from all streams. */
  async deleteBefore(instant: number): Promise<void> {
    const before = Math.floor(instant / HOUR_MS) * HOUR_MS;
    await this.change(async (transaction) => {
      for (const state of this.streams.values()) {
        if (state.first >= before) continue;
        await this.settleStream(transaction, state);
        for (const table of tablesOf(state))
          await transaction.run(`DELETE FROM ${table} WHERE time < ${before}`);
        await transaction.run(`DELETE FROM gaps WHERE stream = ${state.stream} AND "start" < ${before}`);
        await this.count(transaction, state);
      }
    });
    await this.database.checkpoint();
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  /** A transaction that may change the states. When it fails, they are read again. */
  private async change<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      await this.load();
      throw error;
    }
  }

  private async create(transaction: Transaction, { site, session }: StreamRows): Promise<StreamState> {
    const stream = 1 + Math.max(0, ...[...this.streams.values()].map((one) => one.stream));
    await transaction.run(
      `INSERT INTO streams VALUES (${stream}, ${text(site)}, '${session}', 0, NULL, NULL, '')`,
    );
    for (const sql of streamTables(stream, session)) await transaction.run(sql);
    const state = newStream(stream, site, session);
    this.streams.set(nameOf(state), state);
    return state;
  }

  /** Rows that come after all others. */
  private async append(transaction: Transaction, state: StreamState, rows: StreamRows): Promise<void> {
    const { stream, session } = state;
    const ids = rows.time.map(() => stream);
    await transaction.append(recentTable(session), [
      { type: 'integer', values: ids },
      ...appendColumns(rows),
    ]);
    const gaps = gapsBetween(state.rows === 0 ? undefined : state.last, rows.time, STRAIN_INTERVALS[session]);
    for (const { start, end } of gaps) {
      await transaction.run(`INSERT INTO gaps VALUES (${stream}, ${start}, ${end})`);
    }
    this.recent[session] += rows.time.length;
    state.recentFrom ??= rows.time[0]!;
    if (state.rows === 0) state.first = rows.time[0]!;
    state.rows += rows.time.length;
    state.last = rows.time.at(-1)!;
  }

  /** Rows among or before the others, or twice. */
  private async merge(transaction: Transaction, state: StreamState, rows: StreamRows): Promise<void> {
    const { stream, session } = state;
    await this.settleStream(transaction, state);
    const names = COLUMNS[session].map(({ name }) => name);
    const latest = names.map((name) => `arg_max(${name}, place) AS ${name}`).join(', ');
    await transaction.run(
      `CREATE OR REPLACE TEMP TABLE given (place INTEGER, time BIGINT, ${names.map((name) => `${name} INTEGER`).join(', ')})`,
    );
    const places = rows.time.map((_, index) => index);
    await transaction.append('given', [{ type: 'integer', values: places }, ...appendColumns(rows)], true);
    // arg_max ignores nulls, so the last sample of each column and instant remains.
    await transaction.run(`CREATE OR REPLACE TEMP TABLE merged AS SELECT time, ${latest} FROM (
      SELECT * FROM given UNION ALL BY NAME
      SELECT -1 AS place, * FROM rows_${stream} WHERE time IN (SELECT time FROM given)
    ) GROUP BY time`);
    await transaction.run(`DELETE FROM rows_${stream} WHERE time IN (SELECT time FROM merged)`);
    await transaction.run(`INSERT INTO rows_${stream} SELECT * FROM merged ORDER BY time`);
    const period = periodOf(rows.time);
    for (const sql of summarize(state, period, this.constants.get(state.site))) await transaction.run(sql);
    for (const sql of findGaps(state, period)) await transaction.run(sql);
    await this.count(transaction, state);
  }

  /** Moves a stream's rows out of the `recent` table. */
  private async settleStream(transaction: Transaction, state: StreamState): Promise<void> {
    const { stream, session, recentFrom, last } = state;
    if (recentFrom === undefined) return;
    const recent = recentTable(session);
    await transaction.run(
      `INSERT INTO rows_${stream} SELECT * EXCLUDE (stream) FROM ${recent} WHERE stream = ${stream} ORDER BY time`,
    );
    const { n } = await transaction.query(`SELECT count(*) AS n FROM ${recent} WHERE stream = ${stream}`);
    await transaction.run(`DELETE FROM ${recent} WHERE stream = ${stream}`);
    this.recent[session] -= Number(n![0]);
    const constants = this.constants.get(state.site);
    for (const sql of summarize(state, { first: recentFrom, last }, constants)) await transaction.run(sql);
    state.recentFrom = undefined;
    await saveState(transaction, state);
  }

  /** Counts the rows of a stream that has none in the `recent` table. */
  private async count(transaction: Transaction, state: StreamState): Promise<void> {
    const { n, first, last } = await transaction.query(
      `SELECT count(*) AS n, min(time) AS "first", max(time) AS "last" FROM rows_${state.stream}`,
    );
    Object.assign(state, { rows: Number(n![0]), first: Number(first![0]), last: Number(last![0]) });
    await saveState(transaction, state);
  }

  /** Reads the states and offsets from the file. */
  private async load(): Promise<void> {
    const { states, recent } = await loadStreams(this.database);
    this.streams = new Map(states);
    this.recent = { ...recent };
    this.constants.clear();
    for (const row of asRows(await this.database.query('SELECT * FROM constants'))) {
      this.constants.set(row.site as string, JSON.parse(row.json as string) as GaugeConstants);
    }
    this.nextOffsets.clear();
    for (const row of asRows(await this.database.query('SELECT * FROM offsets'))) {
      this.nextOffsets.set(Number(row.partition), row.next as bigint);
    }
  }
}

async function identityOf(database: Database): Promise<string | undefined> {
  const tables = await database.query("SELECT 1 FROM duckdb_tables() WHERE table_name = 'facts'");
  if (Object.values(tables)[0]!.length === 0) return undefined;
  const { value } = await database.query("SELECT value FROM facts WHERE name = 'identity'");
  return value![0] as string | undefined;
}
