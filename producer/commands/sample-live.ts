/** `sample DIR --live`: writes archives as time passes, until it is stopped. */
import { join } from 'node:path';
import { UserError } from '../../contract/user-error';
import type { CliContext } from '../context';
import { write } from '../output';
import { LiveClock, planLive, type LivePlan } from '../sample/live';
import { writeArchive } from '../sample/write';
import { stopCode } from '../stop';
import { formatSize } from './format-size';

/** The years that names of bottles can say. */
const NAMES = { from: Date.UTC(2000, 0, 1), to: Date.UTC(2100, 0, 1) };

/** Milliseconds that archives may appear late before a warning. */
const LATE = 10_000;

/** What to write, and how fast. */
export interface LiveOptions extends LivePlan {
  /** Seconds of data per second. @default 1 */
  readonly speed?: number;
  /** Ends after so many seconds. @default - a signal ends it */
  readonly for?: number;
  /** Whether to replace files with the same name and other contents. @default false */
  readonly force?: boolean;
}

/** Writes the archives and prints a line for each. */
export async function writeLive(context: CliContext, folder: string, options: LiveOptions): Promise<void> {
  const { stdout, log, signal: stop } = context;
  const { speed = 1, force } = options;
  const { signal, done } = endingAfter(options.for, stop);
  try {
    const { start, archives } = await planLive(folder, options, Date.now());
    const clock = new LiveClock(start, speed);
    // What a restart fills up is late, but not for lack of speed.
    let isLate = true;
    log.info(
      `writing archives to ${folder} from ${new Date(start).toISOString()} on, at ${speed} s of data per second`,
    );
    for (const { archive, folder: below, end } of archives) {
      checkYear(end);
      await clock.reach(end, signal);
      const { path, bytes, unchanged } = await writeArchive(join(folder, below), archive, { force, signal });
      await write(stdout, `${path}  ${formatSize(bytes)}${unchanged ? ', unchanged' : ''}\n`, signal);
      const late = (clock.now - end) / speed;
      if (late > LATE && !isLate) {
        log.warn(
          `${path} came ${Math.round(late / 1_000)} s late: this machine is too slow for --speed ${speed} with these stations`,
        );
      }
      isLate = late > LATE;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    done();
  }
  if (stop.aborted) context.exitCode = stopCode(stop);
}

/**
 * Aborted with another signal, or after so many seconds. Node 20 may collect the parts of `AbortSignal.any`
 * as garbage before they are aborted.
 */
function endingAfter(
  seconds: number | undefined,
  stop: AbortSignal,
): { signal: AbortSignal; done: () => void } {
  const end = new AbortController();
  const abort = (): void => end.abort();
  const timer = seconds === undefined ? undefined : setTimeout(abort, seconds * 1_000);
  stop.addEventListener('abort', abort);
  if (stop.aborted) abort();
  const done = (): void => {
    clearTimeout(timer);
    stop.removeEventListener('abort', abort);
  };
  return { signal: end.signal, done };
}

function checkYear(end: number): void {
  if (end > NAMES.from && end < NAMES.to) return;
  throw new UserError(
    'OUTPUT_FAILED',
    `the next archive would end at ${new Date(end).toISOString()}, but names of bottles only know the years 2000 to 2099`,
    { fix: "set the system's clock, or choose another folder if archives in this one are of the future" },
  );
}
