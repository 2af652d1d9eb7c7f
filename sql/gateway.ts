/**
 * Client of the Flink SQL gateway's REST API, version 2: sessions, statements, results page by page.
 * Source: Flink's documentation, "SQL Gateway / REST Endpoint".
 */
import { hasCode, UserError } from '../contract/user-error';
import { hintFor } from './hints';
import { setTimeout as sleep } from 'node:timers/promises';

/** A column of a result; `type` is SQL's, for example `INTEGER` or `TIMESTAMP_WITHOUT_TIME_ZONE`. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** What a row does to the result: a query over a changelog retracts earlier rows. */
export type RowKind = 'INSERT' | 'UPDATE_BEFORE' | 'UPDATE_AFTER' | 'DELETE';

/** One row. `fields` has the JSON values in the order of the columns. */
export interface Row {
  readonly kind: RowKind;
  readonly fields: readonly unknown[];
}

/** Rows of one response, and their columns. */
export interface Page {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** True for a query, false for a statement that only returns OK (DDL, SET). */
  readonly isQuery: boolean;
}

/** Options of a statement. */
export interface RunOptions {
  /** Cancels it. */
  readonly signal?: AbortSignal;
  /** Flink options of this statement only. @default - the session's */
  readonly config?: Readonly<Record<string, string>>;
}

interface ResultResponse {
  resultType: 'NOT_READY' | 'PAYLOAD' | 'EOS';
  isQueryResult?: boolean;
  results?: { columns: { name: string; logicalType: { type: string } }[]; data: Row[] };
  nextResultUri?: string;
}

/**
 * The error of a statement that Flink refused or that failed. The message is the root cause; `cause` is
 * Flink's whole response with its stack traces.
 */
export function sqlError(response: string): UserError {
  const message = rootCause(response);
  return new UserError('SQL_FAILED', message, { fix: hintFor(message, response), cause: response });
}

/** How long to wait before the next request for a page that is not ready. */
const POLL_MS = 50;

/**
 * The message of the innermost exception in a Java stack trace, on one line. Its class name is only kept when
 * it has no text. Flink's responses nest the cause in several exceptions that only say "Failed to execute".
 */
export function rootCause(trace: string): string {
  const causes = [
    ...trace.matchAll(
      /^(?:Caused by: )?((?:[a-z_][\w$]*\.)+[A-Z][\w$]*)(?::[ \t]*([\s\S]*?))?(?=\n\s*(?:at |\.\.\. \d+ more)|\nCaused by:|$(?![\s\S]))/gm,
    ),
  ];
  const innermost = causes.at(-1);
  if (innermost === undefined) return trace.trim().split('\n')[0] ?? trace;
  const [, exception = '', message = ''] = innermost;
  // The parser lists every token that it accepts, which can be hundreds.
  const text = message
    .replace(/\s+/g, ' ')
    .replace(/(Was expecting one of: )(.{60,}?) .*/, '$1$2 …')
    .trim();
  return text === '' ? exception : text;
}

/** A session of the gateway: its tables and settings exist only in it and are gone when it closes. */
export class SqlSession {
  private constructor(
    private readonly address: string,
    private readonly handle: string,
  ) {}

  /**
   * Opens a session.
   * @param address base URL of the gateway, for example `http://localhost:8084`
   * @param properties Flink options of the session
   * @throws Error with the address when nothing answers there
   */
  static async open(address: string, properties: Readonly<Record<string, string>> = {}): Promise<SqlSession> {
    const base = address.replace(/\/+$/, '');
    const { sessionHandle } = await request<{ sessionHandle: string }>(base, 'POST', '/v2/sessions', {
      properties,
    });
    return new SqlSession(base, sessionHandle);
  }

  /**
   * Runs one statement and yields its rows as they arrive. A bounded query ends; a streaming query does not.
   * Leaving the loop early, or an abort, cancels the statement and its Flink job.
   * @throws UserError when Flink refuses the statement or it fails
   */
  async *run(statement: string, options: RunOptions = {}): AsyncGenerator<Page, void> {
    const { signal, config } = options;
    const { operationHandle } = await this.request<{ operationHandle: string }>('POST', '/statements', {
      statement,
      executionConfig: config,
    });
    const operation = `/operations/${operationHandle}`;
    let ended = false;
    try {
      let uri: string | undefined = `/v2/sessions/${this.handle}${operation}/result/0?rowFormat=JSON`;
      while (uri !== undefined) {
        if (signal?.aborted) return;
        const page: ResultResponse = await request<ResultResponse>(this.address, 'GET', uri);
        if (
          page.resultType === 'NOT_READY' ||
          (page.resultType === 'PAYLOAD' && page.results?.data.length === 0)
        ) {
          await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
        }
        if (page.results && (page.resultType === 'PAYLOAD' || page.results.data.length > 0)) {
          yield {
            columns: page.results.columns.map(({ name, logicalType }) => ({ name, type: logicalType.type })),
            rows: page.results.data,
            isQuery: page.isQueryResult ?? false,
          };
        }
        ended = page.resultType === 'EOS';
        uri = ended ? undefined : page.nextResultUri;
      }
    } catch (error) {
      // A failed statement has ended. Cancelling it would only hide the cause.
      ended = hasCode(error, 'SQL_FAILED');
      throw error;
    } finally {
      if (!ended) await this.request('POST', `${operation}/cancel`).catch(() => undefined);
      await this.request('DELETE', `${operation}/close`).catch(() => undefined);
    }
  }

  /** Runs one statement to its end and returns all its rows. For bounded queries and DDL. */
  async all(
    statement: string,
    options: RunOptions = {},
  ): Promise<{ columns: readonly Column[]; rows: readonly (readonly unknown[])[] }> {
    let columns: readonly Column[] = [];
    const rows: (readonly unknown[])[] = [];
    for await (const page of this.run(statement, options)) {
      columns = page.columns;
      rows.push(...page.rows.map((row) => row.fields));
    }
    return { columns, rows };
  }

  /** Keeps the gateway from closing an idle session. */
  async heartbeat(): Promise<void> {
    await this.request('POST', '/heartbeat');
  }

  /** Closes the session and cancels its running statements. */
  async close(): Promise<void> {
    await this.request('DELETE', '');
  }

  private request<T>(method: string, path: string, body?: unknown): Promise<T> {
    return request<T>(this.address, method, `/v2/sessions/${this.handle}${path}`, body);
  }
}

async function request<T>(address: string, method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`no Flink SQL gateway answers at ${address}: ${String(cause)}`, { cause: error });
  }
  const text = await response.text();
  if (response.ok) return (text === '' ? {} : parseExact(text)) as T;
  throw sqlError(errorText(text) || `HTTP ${response.status} from ${address}${path}`);
}

/** Marks an integer that a double cannot hold, so that JSON.parse keeps its digits. */
const BIG = '\u0000big:';

/**
 * Parses JSON. Whole numbers that a double cannot hold become BigInt, so that a BIGINT keeps its value.
 */
export function parseExact(text: string): unknown {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : JSON.stringify(BIG + token),
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(BIG) ? BigInt(value.slice(BIG.length)) : value,
  );
}

/** The gateway responds with `{"errors": ["Internal server error.", "<stack trace>"]}`. */
function errorText(body: string): string {
  try {
    return ((JSON.parse(body) as { errors?: string[] }).errors ?? []).at(-1) ?? body;
  } catch {
    return body;
  }
}
