/** Something that keeps the services from running, with what to do about it; shown to the user as it is, without a stack. */
export class StartError extends Error {
  constructor(
    message: string,
    /** What the user can do. */
    readonly fix: string,
    /** Last lines of the log that tells more, if there is one. */
    readonly logLines: readonly string[] = [],
    /** That log's path. */
    readonly logFile?: string,
  ) {
    super(message);
    this.name = 'StartError';
  }
}

/** The error for a reader: what, the last lines of the log, and the fix. */
export function describeError(error: unknown): string {
  if (error instanceof StartError) {
    const log = error.logFile ? [`  last lines of ${error.logFile}:`] : [];
    return [
      error.message,
      ...log,
      ...error.logLines.map((line) => `  | ${line}`),
      `To fix it: ${error.fix}`,
    ].join('\n');
  }
  if (isDiskFull(error))
    return `${(error as Error).message}\nTo fix it: free some space on that disk, then start again`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOSPC';
}
