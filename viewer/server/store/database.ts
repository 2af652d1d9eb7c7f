/** The embedded database: opening it, transactions, and rows in and out. */
import {
  BIGINT,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  INTEGER,
} from '@duckdb/node-api';

/** Rows of a data chunk (DuckDB's STANDARD_VECTOR_SIZE). */
const CHUNK_ROWS = 2_048;

/** A column of rows to append. Instants are BIGINT, all others are INTEGER. */
export interface AppendColumn {
  readonly type: 'integer' | 'bigint';
  readonly values: readonly (number | null)[];
}

/** How much memory and how many cores it uses. */
export interface DatabaseLimits {
  /** Megabytes of buffers. DuckDB writes to disk what does not fit. */
  readonly memoryMb: number;
  readonly threads: number;
}

/** One DuckDB file, with one connection that writes and one that reads. */
export class Database {
  /** Settles when no statement of the writing connection runs. */
  private writing: Promise<unknown> = Promise.resolve();
  private reading: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly writer: DuckDBConnection,
    private readonly reader: DuckDBConnection,
  ) {}

  static async open(file: string, { memoryMb, threads }: DatabaseLimits): Promise<Database> {
    const instance = await DuckDBInstance.create(file, {
      memory_limit: `${memoryMb}MB`,
      threads: String(threads),
      // Rows come out in the order that the query asks for, so this memory is not needed.
      preserve_insertion_order: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return new Database(instance, await instance.connect(), await instance.connect());
  }

  /** Runs a transaction. One runs at a time. When `work` rejects, nothing of it remains. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.alone(async () => {
      await this.writer.run('BEGIN');
      try {
        const result = await work(new Transaction(this.writer));
        await this.writer.run('COMMIT');
        return result;
      } catch (error) {
        await this.writer.run('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  /** Runs a query on what is committed, and returns its columns. Queries run one after the other. */
  query(sql: string): Promise<Columns> {
    const result = this.reading.then(() => columnsOf(this.reader, sql));
    this.reading = result.catch(() => undefined);
    return result;
  }

  /** Writes the result of a query to a file, on a connection of its own: it may take long. */
  async copy(sql: string, file: string, options: string): Promise<void> {
    const connection = await this.instance.connect();
    try {
      await connection.run(`COPY (${sql}) TO ${text(file)} (${options})`);
    } finally {
      connection.closeSync();
    }
  }

  /** Writes what is committed into the database file, and gives up the log of it. */
  async checkpoint(): Promise<void> {
    await this.alone(() => this.writer.run('CHECKPOINT'));
  }

  /** Closes the file after the statements that run. */
  async close(): Promise<void> {
    await Promise.allSettled([this.writing, this.reading]);
    this.writer.closeSync();
    this.reader.closeSync();
    this.instance.closeSync();
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.writing.then(work);
    this.writing = result.catch(() => undefined);
    return result;
  }
}

/** Columns of a result by name; bigint for BIGINT, number for the others. */
export type Columns = Readonly<Record<string, readonly unknown[]>>;

/** What can be done in a transaction. */
export class Transaction {
  constructor(private readonly connection: DuckDBConnection) {}

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  query(sql: string): Promise<Columns> {
    return columnsOf(this.connection, sql);
  }

  /** Appends rows to a table, whose columns are these in this order. */
  async append(table: string, columns: readonly AppendColumn[], temporary = false): Promise<void> {
    const rows = columns[0]?.values.length ?? 0;
    if (rows === 0) return;
    const types = columns.map(({ type }): DuckDBType => (type === 'bigint' ? BIGINT : INTEGER));
    const catalog = temporary ? 'temp' : undefined;
    const appender = await this.connection.createAppender(table, 'main', catalog);
    try {
      for (let from = 0; from < rows; from += CHUNK_ROWS) {
        const chunk = DuckDBDataChunk.create(types, Math.min(CHUNK_ROWS, rows - from));
        columns.forEach(({ type, values }, index) => {
          const part = values.slice(from, from + CHUNK_ROWS);
          chunk.setColumnValues(index, type === 'bigint' ? part.map(toBigInt) : part);
        });
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    } finally {
      appender.closeSync();
    }
  }
}

/** The rows of a result. */
export function asRows(columns: Columns): Readonly<Record<string, unknown>>[] {
  const names = Object.keys(columns);
  const count = columns[names[0] ?? '']?.length ?? 0;
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(names.map((name) => [name, columns[name]![row]])),
  );
}

/** A text as a literal of SQL. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

async function columnsOf(connection: DuckDBConnection, sql: string): Promise<Columns> {
  return (await connection.runAndReadAll(sql)).getColumnsObjectJS();
}

function toBigInt(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}
