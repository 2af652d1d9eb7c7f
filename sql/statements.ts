/**
 * Runs statements in one session and prints their results, until the end, a signal, or a closed output.
 */
import { EXIT } from '../contract';
import type { SqlSession } from './gateway';
import { type PrintOptions, printResult } from './print';
import { runQuery } from './query';

/** Well below the session timeout of the gateway. */
const HEARTBEAT_MS = 30_000;

/** Creates the tables of a session. */
export type MakeTables = (session: SqlSession, signal: AbortSignal) => Promise<void>;

/**
 * Runs statements one after another, prints the result of each on standard output, and closes the session.
 * Returns the exit code, which is not 0 when a signal ended them.
 */
export async function runStatements(
  session: SqlSession,
  makeTables: MakeTables,
  statements: readonly string[],
  options: Omit<PrintOptions, 'width'>,
): Promise<number> {
  const controller = new AbortController();
  let exitCode: number = EXIT.ok;
  const stop = (code: number): void => {
    exitCode = code;
    controller.abort();
  };
  process.on('SIGINT', () => {
    stop(EXIT.interrupted);
  });
  process.on('SIGTERM', () => {
    stop(EXIT.terminated);
  });
  // The reader stopped reading (`| head`), which is not an error.
  process.stdout.on('error', () => {
    stop(EXIT.ok);
  });
  const { signal } = controller;
  // Keeps the session alive while the reader of the output pauses.
  const heartbeat = setInterval(() => void session.heartbeat().catch(() => undefined), HEARTBEAT_MS);
  try {
    await makeTables(session, signal);
    for (const statement of statements) {
      if (signal.aborted) break;
      const result = await runQuery(session, statement.trim().replace(/;$/, ''), signal);
      const width = process.stdout.isTTY ? process.stdout.columns : undefined;
      const { hidden } = await printResult(result, process.stdout, { ...options, width });
      if (hidden.length > 0) {
        console.error(`${hidden.length} columns do not fit; --json shows all: ${hidden.join(', ')}`);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(heartbeat);
    await session.close().catch(() => undefined);
  }
  return exitCode;
}
