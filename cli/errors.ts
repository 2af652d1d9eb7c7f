import { UserError } from '../contract/user-error';

export { describeError } from '../contract/user-error';

/** Something that keeps the services from running, with what to do about it. */
export class StartError extends UserError {
  constructor(message: string, fix: string, logLines: readonly string[] = [], logFile?: string) {
    super('SERVICE_FAILED', message, { fix, ...(logFile && { log: { file: logFile, lines: logLines } }) });
  }
}
