/** Input paths in, batches of rows out. */
import type { Readable } from 'node:stream';

import { hasCode, UserError } from '../contract/user-error';
import { ByteCursor } from './archive/cursor';
import { FileSource, type InputFile, listInputs } from './archive/inputs';
import { DEFAULT_LIMITS, type Limits } from './archive/limits';
import { inShare, type Share } from './archive/share';
import { Walker } from './archive/walk';
import { decodeBottle, type Bottle } from './bottle/bottle';
import { FlawError, formatDamage, type Damage, type Place } from './damage';
import type { ReadReport } from './report';
import type { RowBatch } from './rows/batch';
import { RowMerger } from './rows/merge';

/** Default of `windowBytes`. A whole 20 Hz day of a station has 27.6 MB. */
const DEFAULT_WINDOW_BYTES = 32 * 1024 * 1024;

/** How to read. */
export interface ReadOptions {
  /**
   * Stop at the first damage with a UserError `INPUT_DAMAGED`, before the rows of the damaged member are
   * yielded. @default false
   */
  readonly strict?: boolean;
  /**
   * Ends the reading early, without an error. Rows that wait in the reorder window are not emitted. @default
   * - reads to the end
   */
  readonly signal?: AbortSignal;
  /**
   * Read only the files of this share of the stations. Standard input is not shared. @default - all files
   */
  readonly share?: Share;
  /** Stream that the path `-` means. @default process.stdin */
  readonly stdin?: Readable;
  /** Limits on archives. @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits>;
  /**
   * Size of the reorder window: bytes of samples of all stations that may wait for earlier ones. Members
   * within the window, in any order, come out in time order. @default 32 MiB, which holds a whole 20 Hz day
   * of a station
   */
  readonly windowBytes?: number;
}

/** Paths of bottles, archives and folders, or the files that `openInputs` found below them. */
export type Inputs = readonly string[] | readonly InputFile[];

/**
 * Lists the files below the paths once, for `readBatches` or `readBottles`. Handles damage as they do.
 */
export function openInputs(
  paths: readonly string[],
  report: ReadReport,
  options: Pick<ReadOptions, 'strict' | 'signal'> = {},
): Promise<InputFile[]> {
  return listInputs(paths, noting(report, options));
}

/** A decoded bottle and where it was. */
export interface ReadBottle {
  readonly place: Place;
  readonly bottle: Bottle;
}

/**
 * Reads bottles, archives of them, and folders of these, and yields their rows: one per site, session and
 * instant, in time order for each site and session. What cannot be read is noted in the report, and only that
 * item is lost.
 *
 * Throws a UserError: `INPUT_UNREADABLE` before anything is read when a path does not exist, and
 * `INPUT_DAMAGED` in strict mode, after the rows of the bottles before the damage were yielded.
 */
export async function* readBatches(
  inputs: Inputs,
  report: ReadReport,
  options: ReadOptions = {},
): AsyncGenerator<RowBatch, void, undefined> {
  const note = noting(report, options);
  let stopped = false;
  // After a strict stop, damage found in rows before it is no longer the first damage.
  const noteFirst = (damage: Damage): void => (stopped ? undefined : note(damage));
  const merger = new RowMerger(report, noteFirst, options.windowBytes ?? DEFAULT_WINDOW_BYTES);
  try {
    for await (const { bottle, place } of readBottles(inputs, report, options)) {
      for (const batch of merger.add(bottle, place)) {
        yield batch;
        if (options.signal?.aborted) return;
      }
    }
  } catch (error) {
    stopped = true;
    if (hasCode(error, 'INPUT_DAMAGED')) yield* merger.flush();
    throw error;
  }
  for (const batch of merger.flush()) {
    if (options.signal?.aborted) return;
    yield batch;
  }
}

/** Reads as `readBatches` does, and yields the bottles themselves, in the order in which they are found. */
export async function* readBottles(
  inputs: Inputs,
  report: ReadReport,
  options: ReadOptions = {},
): AsyncGenerator<ReadBottle, void, undefined> {
  const note = noting(report, options);
  const walker = new Walker(report, note, { ...DEFAULT_LIMITS, ...options.limits });
  const { share } = options;
  const all = isListed(inputs) ? inputs : await listInputs(inputs, note);
  const files = share ? all.filter(({ path }) => inShare(path, share)) : all;
  report.bytesTotal = files.reduce<number | undefined>(
    (sum, { size }) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  );
  for (const file of files) {
    if (options.signal?.aborted) return;
    report.files += 1;
    const cursor = new ByteCursor(new FileSource(file, report, options));
    try {
      for await (const { place, name, bytes } of walker.walk(file.path, cursor)) {
        if (options.signal?.aborted) return;
        try {
          const bottle = decodeBottle(name, bytes);
          count(bottle, report);
          for (const flaw of bottle.flaws) note({ ...place, ...flaw });
          yield { place, bottle };
        } catch (error) {
          if (!(error instanceof FlawError)) throw error;
          note({ ...place, ...error.flaw });
        }
      }
    } finally {
      await cursor.close();
    }
  }
}

function isListed(inputs: Inputs): inputs is readonly InputFile[] {
  return inputs.every((input) => typeof input === 'object');
}

/**
 * Notes a damage, and stops in strict mode. Input that an abort cuts off is not damaged.
 */
export function noting(report: ReadReport, { strict, signal }: ReadOptions): (damage: Damage) => void {
  return (damage) => {
    if (signal?.aborted) return;
    report.add(damage);
    if (strict)
      throw new UserError('INPUT_DAMAGED', `stopped at the first damage (--strict): ${formatDamage(damage)}`);
  };
}

function count(bottle: Bottle, report: ReadReport): void {
  const stream = report.stream(bottle.site, bottle.session);
  stream.bottles += 1;
  stream.samples += bottle.length;
  stream.missing += bottle.missingCount;
  report.notFinite += bottle.notFiniteCount;
  report.outOfRange += bottle.outOfRangeCount;
}
