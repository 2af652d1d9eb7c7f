/** Publishes one unit into the open transactions of its stations. */
import { stat } from 'node:fs/promises';

import { hasCode, UserError } from '../../contract/user-error';
import { reason } from '../archive/inputs';
import { type Content, contentOf, type Unit } from '../archive/units';
import { type Damage, formatDamage } from '../damage';
import type { Logger } from '../log';
import { noting, readBatches, type ReadOptions } from '../read';
import type { RowEncoder } from '../records/encoder';
import { ReadReport } from '../report';
import type { RowBatch } from '../rows/batch';
import { logDamages } from '../summary';
import { noOutcomes, type Outcomes } from '../publish/outcomes';
import type { KnownArchive } from './archive-table';
import type { Progress, ProgressKey } from './progress';
import type { ProgressLog } from './progress-log';
import type { Station, Stations } from './stations';
import { UnitProgress, type UnitStream } from './unit-progress';

/** What happens to an archive that has other content than when it was published. */
export const REISSUES = ['publish', 'skip', 'fail'] as const;
export type Reissues = (typeof REISSUES)[number];

/**
 * Rows after which an archive is committed in part, and the longest time until then, milliseconds. A part is
 * what is published again after a failure, and what readers wait for.
 */
const PART_ROWS = 200_000;
const PART_AGE = 5_000;

/** How to publish units. */
export interface UnitOptions {
  readonly stations: Stations;
  readonly encoder: RowEncoder;
  readonly progressLog: ProgressLog;
  readonly log: Logger;
  /** Id of the topic of the rows. Progress with another one is of a topic that was deleted. */
  readonly topicId: string;
  readonly reissues: Reissues;
  readonly reading: Pick<ReadOptions, 'strict' | 'signal'>;
}

/** How to publish one unit. */
export interface Attempt {
  readonly unit: Unit;
  /** Publish it also if it is already published. Cleared when a part of it is committed. */
  again: boolean;
  /** Whether it was tried before, so that its damage is known. */
  readonly isRepeated: boolean;
}

/** What became of a unit. */
export interface UnitResult {
  readonly report: ReadReport;
  readonly outcomes: Outcomes;
  /** Why it was left in the middle. @default - it was read to the end, or a signal came */
  readonly error?: Error;
}

/** A unit was written to while it was read, so that what was read of it has to be taken back. */
export class UnitChanged extends Error {
  constructor(readonly damage: Damage) {
    super(formatDamage(damage));
  }
}

/** Publishes units. */
export class UnitPublisher {
  private hasToldOfOldTopic = false;

  constructor(private readonly options: UnitOptions) {}

  /**
   * Publishes what is not published of a unit. Its progress is committed with the next commit of its
   * stations. Throws TransactionLost, UnitChanged or a UserError.
   *
   * @param onReport called with the report of the unit before it is read
   */
  async publish(attempt: Attempt, onReport: (report: ReadReport) => void): Promise<UnitResult> {
    const { unit } = attempt;
    const { reading, stations, log, topicId } = this.options;
    const outcomes = noOutcomes();
    const before = await stampOf(unit);
    let content: Content;
    try {
      content = await contentOf(unit, reading.signal);
    } catch (error) {
      return this.unreadable(unit, error, attempt);
    }
    const progress = new UnitProgress(unit, content, topicId);
    const { report } = progress;
    if (!attempt.isRepeated) logDamages(report, log);
    onReport(report);
    const admit = (key: ProgressKey) => this.admit(key, { attempt, content, outcomes });
    if (unit.stream) {
      const { site, session } = unit.stream;
      await stations.get(site);
      const known = this.known(attempt, { site, session, archive: unit.name }, content);
      if (known?.state === 'done' && known.sha256 === content.sha256) {
        report.bytesRead += content.bytes;
        return { report, outcomes: this.skipped(unit, known, attempt) };
      }
      if (progress.stream(site, session, admit).isSkipped) return { report, outcomes };
    }
    try {
      for await (const batch of readBatches(unit.files, report, reading)) {
        const station = await stations.get(batch.site);
        const stream = progress.stream(batch.site, batch.session, admit);
        await this.send(station, stream, batch);
        progress.add(stream, batch);
        if (this.isPartDue(station)) {
          station.put(progress.of(batch.site, 'partial'));
          const { done } = await station.commit();
          done.then(
            () => (attempt.again = false),
            () => undefined, // the next batch or commit sees it
          );
        }
      }
    } catch (error) {
      if (!hasCode(error, 'INPUT_DAMAGED')) throw error;
      await this.put(progress, 'partial');
      return { report, outcomes, error };
    }
    if (reading.signal?.aborted) {
      await this.put(progress, 'partial');
      return { report, outcomes };
    }
    if ((await stampOf(unit)) !== before) throw new UnitChanged(changed(unit));
    this.count(progress, unit, outcomes);
    await this.put(progress, 'done');
    return { report, outcomes };
  }

  /** What to do with the rows of a station and session when they are found. */
  private admit(
    key: ProgressKey,
    { attempt, content, outcomes }: { attempt: Attempt; content: Content; outcomes: Outcomes },
  ): Pick<UnitStream, 'committed' | 'issue' | 'isSkipped'> {
    const { log, reissues } = this.options;
    const known = this.known(attempt, key, content);
    if (!known) return { committed: 0, issue: this.latest(key)?.issue ?? 1, isSkipped: false };
    const { issue, sha256, rowsCommitted } = known;
    if (sha256 === content.sha256) {
      if (!attempt.isRepeated) outcomes.rowsSkipped += rowsCommitted;
      return { committed: rowsCommitted, issue, isSkipped: false };
    }
    const what = `${attempt.unit.files[0]!.path}: it has other content than the archive ${key.archive} that is published already`;
    if (reissues === 'fail') {
      throw new UserError('INPUT_REISSUED', what, {
        fix: 'publish it too by --reissues publish, or leave it out by --reissues skip',
      });
    }
    if (reissues === 'skip') {
      if (!attempt.isRepeated) log.warn(`${what}: skipping`);
      outcomes.reissuesSkipped += 1;
      return { committed: 0, issue, isSkipped: true };
    }
    if (!attempt.isRepeated) {
      log.warn(`${what}: publishing its rows, too; the ${rowsCommitted} rows of before stay in the topic`);
    }
    outcomes.reissued += 1;
    return { committed: 0, issue: issue + 1, isSkipped: false };
  }

  /** Progress to go on from: that of an archive with the same content, else that with the same name. */
  private known(attempt: Attempt, key: ProgressKey, { sha256 }: Content): KnownArchive | undefined {
    if (attempt.again) return undefined;
    const named = this.latest(key);
    if (named?.sha256 === sha256) return named;
    const { progressLog, stations, topicId } = this.options;
    const { site, session } = key;
    const renamed =
      progressLog.archives(site, session).withContent(sha256, topicId) ??
      stations
        .uncommitted(site)
        .find((one) => one.session === session && one.sha256 === sha256 && one.state === 'done');
    return renamed ?? named;
  }

  /** Progress in the topic of the rows as it is now. */
  private latest(key: ProgressKey): KnownArchive | undefined {
    const { progressLog, stations, topicId, log } = this.options;
    const progress = stations.uncommittedOf(key) ?? progressLog.get(key);
    if (!progress || progress.topicId === topicId) return progress;
    if (!this.hasToldOfOldTopic) {
      log.warn(
        'the topic was deleted and created again since archives were published: publishing them again',
      );
    }
    this.hasToldOfOldTopic = true;
    return undefined;
  }

  private skipped(unit: Unit, known: KnownArchive, attempt: Attempt): Outcomes {
    const outcomes = noOutcomes();
    if (attempt.isRepeated) {
      // It was committed in this run after all.
      outcomes.published += 1;
      return outcomes;
    }
    const { path } = unit.files[0]!;
    const { log } = this.options;
    const as = known.archive === unit.name ? '' : ` as ${known.archive}`;
    outcomes.skipped += 1;
    outcomes.rowsSkipped += known.rowsCommitted;
    if (known.damaged > 0) {
      outcomes.skippedDamaged += 1;
      const more = known.damaged > 1 ? ` (and ${known.damaged - 1} more)` : '';
      log.warn(`${path}: already published${as}, skipping; it is damaged: ${known.damage}${more}`);
    } else if (as !== '') log.info(`${path}: already published${as}, skipping`);
    return outcomes;
  }

  private async send(station: Station, stream: UnitStream, batch: RowBatch): Promise<void> {
    if (stream.isSkipped) return;
    for (let from = Math.max(0, stream.committed - stream.seen); from < batch.length;) {
      const encoded = this.options.encoder.encode(batch, from);
      await station.publish(encoded);
      from = encoded.to;
    }
  }

  private isPartDue({ writer }: Station): boolean {
    return writer.uncommittedRows >= PART_ROWS || writer.age >= PART_AGE;
  }

  private async put(progress: UnitProgress, state: Progress['state']): Promise<void> {
    for (const site of new Set(progress.all.map((stream) => stream.site))) {
      (await this.options.stations.get(site)).put(progress.of(site, state));
    }
  }

  private count(progress: UnitProgress, { name }: Unit, outcomes: Outcomes): void {
    if (outcomes.reissued === 0) {
      if (progress.all.some(({ committed }) => committed > 0)) outcomes.resumed += 1;
      else outcomes.published += 1;
    }
    if (progress.all.some((stream) => this.overlaps(stream, name))) outcomes.overlapping += 1;
  }

  /** Whether another archive has rows in the period of a stream. */
  private overlaps({ site, session, first, last }: UnitStream, archive: string): boolean {
    if (first === undefined || last === undefined) return false;
    const { progressLog, stations, topicId } = this.options;
    return (
      progressLog.archives(site, session).overlaps({ first, last }, { archive, topicId }) ||
      stations
        .uncommitted(site)
        .some(
          (other) =>
            other.session === session &&
            other.archive !== archive &&
            other.firstTime !== null &&
            other.firstTime <= last &&
            other.lastTime! >= first,
        )
    );
  }

  private unreadable(unit: Unit, error: unknown, { isRepeated }: Attempt): UnitResult {
    const { reading, log } = this.options;
    const report = new ReadReport();
    if (!isRepeated) logDamages(report, log);
    const note = noting(report, reading);
    const file = (error as NodeJS.ErrnoException).path ?? unit.files[0]!.path;
    try {
      note({ file, members: [], offset: 0, found: reason(error), expected: 'a readable file' });
    } catch (strict) {
      return { report, outcomes: noOutcomes(), error: strict as Error };
    }
    return { report, outcomes: noOutcomes() };
  }
}

/** Size and time of change of the files. Empty when they cannot be asked for. */
async function stampOf({ files }: Unit): Promise<string> {
  try {
    const stats = await Promise.all(files.map(({ path, content = path }) => stat(content)));
    return stats.map(({ size, mtimeMs }) => `${size} ${mtimeMs}`).join();
  } catch {
    return '';
  }
}

function changed({ files }: Unit): Damage {
  return {
    file: files[0]!.path,
    members: [],
    offset: 0,
    found: 'a file that changed while it was read',
    expected: 'a complete file (run the same command again when it is)',
  };
}
