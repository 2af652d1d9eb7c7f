/**
 * Errors for users: one class, told apart by `code`. Constructs, whose users are programmers, throw a plain
 * `Error`.
 */

/** What went wrong, for programs. */
export type UserErrorCode =
  /** An input path cannot be read. */
  | 'INPUT_UNREADABLE'
  /** Another program that is needed cannot be run, is too old, or failed. */
  | 'PROGRAM_FAILED'
  /** A local service cannot be started, ended early, or does not answer. */
  | 'SERVICE_FAILED'
  /** kubectl, or the cluster behind it, refused a command. */
  | 'CLUSTER_FAILED'
  /** A rollout does not become ready. */
  | 'ROLLOUT_FAILED'
  /** A streaming job cannot be started, failed, or does not fit what it finds. */
  | 'JOB_FAILED'
  /** Flink refused a statement, or the statement failed while it ran. */
  | 'SQL_FAILED'
  /** Kafka did not answer within the wait. */
  | 'KAFKA_UNREACHABLE'
  /** Kafka does not accept the rows: no topic, no permission, a wrong size or codec. */
  | 'KAFKA_REFUSED'
  /** Kafka did not acknowledge rows within the delivery timeout. */
  | 'NOT_ACKNOWLEDGED'
  /** The topic was deleted and created again while rows were published to it. */
  | 'TOPIC_RECREATED'
  /** Another producer has taken over a station. */
  | 'FENCED'
  /** An archive that is already published has other content now, and this was not to happen. */
  | 'INPUT_REISSUED'
  /** The schema registry did not answer within the wait. */
  | 'REGISTRY_UNREACHABLE'
  /** The schema registry does not accept a schema. */
  | 'REGISTRY_REFUSED'
  /** Some input is damaged, and the work stops at the first damage. */
  | 'INPUT_DAMAGED'
  /** A file or folder cannot be written. */
  | 'OUTPUT_FAILED'
  /** An Avro schema cannot be read, is not valid, or does not fit the rows. */
  | 'SCHEMA_INVALID'
  /** Something took longer than its limit. */
  | 'TIMED_OUT'
  /** A signal stopped the work before it was done. */
  | 'STOPPED';

export interface UserErrorOptions {
  /**
   * What the user can do about it, as a sentence in the imperative.
   * @default - the message says it
   */
  readonly fix?: string;
  /** What caused it. */
  readonly cause?: unknown;
  /**
   * A log with details.
   * @default - none
   */
  readonly log?: {
    readonly file: string;
    /** Its last lines. */
    readonly lines: readonly string[];
  };
}

/** An error that a user can fix. It is shown without a stack trace. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly fix: string | undefined;
  readonly log: UserErrorOptions['log'];

  constructor(
    readonly code: UserErrorCode,
    message: string,
    { fix, cause, log }: UserErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.fix = fix;
    this.log = log;
  }
}

/** True for a `UserError` with this code. */
export function hasCode(error: unknown, code: UserErrorCode): error is UserError {
  return error instanceof UserError && error.code === code;
}

/**
 * Returns the text that a user sees: the message, the last lines of the log, and the fix. Any other error is
 * a bug, so its stack trace is returned.
 */
export function describeError(error: unknown): string {
  if (error instanceof UserError) {
    const { message, log, fix } = error;
    return [
      message,
      ...(log === undefined
        ? []
        : [`  last lines of ${log.file}:`, ...log.lines.map((line) => `  | ${line}`)]),
      ...(fix === undefined ? [] : [`To fix it: ${fix}`]),
    ].join('\n');
  }
  if (isDiskFull(error)) return `${error.message}\nTo fix it: free some space on that disk, then start again`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isDiskFull(error: unknown): error is Error {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOSPC';
}
