/** Runs Maven and says why it failed. */
import { readFile } from 'node:fs/promises';
import { UserError } from '../contract/user-error';
import { lastLines, looksLikeFullDisk } from './logs';
import { Child } from '../cli/child';
import { ROOT } from '../cli/root';

const PROGRESS_EVERY_MS = 500;

const STOP_GRACE_MS = 5_000;

/** A run of Maven. */
export interface MavenRun {
  /** What the run does, for the message "Maven could not …". */
  readonly what: string;
  readonly args: readonly string[];
  /** File for its output. */
  readonly logFile: string;
  /** Called with the number of files downloaded so far. @default - not called */
  readonly onProgress?: (files: number) => void;
}

/**
 * Runs Maven to its end.
 * @param signal ends it
 * @throws UserError when it fails
 */
export async function runMaven(
  { what, args, logFile, onProgress }: MavenRun,
  signal: AbortSignal,
): Promise<void> {
  const maven = await Child.start({ command: ['mvn', '-B', ...args], cwd: ROOT, logFile });
  const end = (): void => void maven.stop(STOP_GRACE_MS);
  signal.addEventListener('abort', end);
  const count = async (): Promise<void> => {
    const log = await readFile(logFile, 'utf8');
    onProgress?.(log.match(/Downloaded from .*\.(jar|gz)\b/g)?.length ?? 0);
  };
  const timer = setInterval(() => void count(), PROGRESS_EVERY_MS);
  const { code } = await maven.ended;
  clearInterval(timer);
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  if (code !== 0) throw await mavenError(what, code, logFile);
}

async function mavenError(what: string, code: number | null, logFile: string): Promise<UserError> {
  const lines = await lastLines(logFile, 200);
  // Of Maven's last lines only the errors give the cause.
  const errors = lines.filter(
    (line) => /^\[ERROR\] \S/.test(line) && !/^\[ERROR\] (To see|Re-run|For more|\[Help)/.test(line),
  );
  return new UserError('PROGRAM_FAILED', `Maven could not ${what} (exit ${code})`, {
    fix: looksLikeFullDisk(lines)
      ? 'free some space on the disk, then start again'
      : 'read the lines above; behind a proxy, name the proxy or a mirror in the settings.xml of Maven; then start again',
    log: { file: logFile, lines: errors.length > 0 ? errors : lines.slice(-5) },
  });
}
