/** Messages for people and machines on standard error. Standard output is only for data. */
import type { Writable } from 'node:stream';

import { describeError, UserError } from '../contract/user-error';
import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** How messages are written: lines for people, or one JSON object a line. */
export type LogFormat = 'text' | 'json';

/** The formats, the default first. */
export const LOG_FORMATS: readonly LogFormat[] = ['text', 'json'];

/** A logger that writes to `stream` at once, so that nothing is lost when the process ends. */
export function createLogger(format: LogFormat, stream: Writable): Logger {
  const options: pino.LoggerOptions = {
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  if (format === 'json') return pino(options, stream);
  return pino(
    options,
    pretty({
      colorize: isTerminal(stream),
      translateTime: 'SYS:HH:MM:ss',
      ignore: 'damage',
      destination: stream,
    }),
  );
}

/** Writes an error as the user sees it. */
export function logError(log: Logger, error: unknown): void {
  log.error(error instanceof Error && !(error instanceof UserError) ? error.message : describeError(error));
}

/** Whether the stream is a terminal. */
export function isTerminal(stream: Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}
