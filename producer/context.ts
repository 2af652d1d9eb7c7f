import type { Readable, Writable } from 'node:stream';

import type { LogFormat, Logger } from './log';

/** Everything outside the process that a command may use. Tests pass their own. */
export interface CliContext {
  readonly stdin: Readable;
  /** Only data. */
  readonly stdout: Writable;
  /** Messages, progress, summaries. */
  readonly stderr: Writable;
  readonly env: NodeJS.ProcessEnv;
  /**
   * Aborted by the first SIGINT or SIGTERM: stop reading, finish what is in flight, set the exit code by
   * `stopCode`.
   */
  readonly signal: AbortSignal;
  /** Logger in the format of `--log-format`, on standard error. */
  readonly log: Logger;
  /** `--log-format`, for commands that write more than messages. */
  readonly logFormat: LogFormat;
  /** Exit code of the process, set by the command. @default 0 */
  exitCode: number;
}

/** The streams and signals that `run` starts from. */
export type CliWorld = Pick<CliContext, 'stdin' | 'stdout' | 'stderr' | 'env' | 'signal'>;
