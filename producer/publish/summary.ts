/** What a publishing run did, for people and for programs. */
import type { Session } from '../bottle/session';
import type { ReadReport, ReadSummary } from '../report';
import type { Outcomes } from './outcomes';
import { count, counted, formatReading, megabytes } from '../summary';
import type { Acknowledgements } from './pipeline';

/** The counts of a run as plain data. */
export interface PublishSummary extends ReadSummary {
  /**
   * Rows that Kafka has acknowledged, or committed: all of `rows`, unless the run ended early or some were
   * published before.
   */
  readonly acknowledged: number;
  /** The same by station and session, without those that have none. */
  readonly acknowledgedByStream: readonly {
    readonly site: string;
    readonly session: Session;
    readonly rows: number;
  }[];
  /** Bytes of the messages' values, before compression. */
  readonly bytesPublished: number;
  /** Time from the first read to the last acknowledgement, seconds. */
  readonly seconds: number;
  /** Acknowledged rows in each of these seconds. */
  readonly rowsPerSecond: number;
  /** What became of the archives. @default - published without transactions, which do not count them */
  readonly archives?: Readonly<Outcomes>;
}

/** Puts the counts together. */
export function summarize(
  report: ReadReport,
  acknowledged: Acknowledgements,
  seconds: number,
  archives?: Readonly<Outcomes>,
): PublishSummary {
  return {
    ...report.summary(),
    acknowledged: acknowledged.rows,
    acknowledgedByStream: acknowledged.streams,
    bytesPublished: acknowledged.bytes,
    seconds: Math.round(seconds * 1000) / 1000,
    rowsPerSecond: seconds > 0 ? Math.round(acknowledged.rows / seconds) : 0,
    ...(archives && { archives: { ...archives } }),
  };
}

/** The summary as lines of text. */
export function formatSummary(summary: PublishSummary): string {
  const { rows, acknowledged, seconds, rowsPerSecond, bytesPublished, acknowledgedByStream, archives } =
    summary;
  const verb = archives ? 'committed' : 'acknowledged';
  const reading = formatReading(summary, {
    head: verb,
    value: ({ site, session }) =>
      acknowledgedByStream.find((stream) => stream.site === site && stream.session === session)?.rows ?? 0,
  });
  const of = archives ? count(acknowledged) : `${count(acknowledged)} of ${count(rows)}`;
  return (
    `${of} rows ${verb} in ${seconds} s, ` +
    `${count(rowsPerSecond)} rows/s, ${megabytes(bytesPublished)} before compression\n` +
    `${archives ? `${formatOutcomes(archives)}\n` : ''}${reading}`
  );
}

/** `3 archives published, 2 already published (12,000 rows)` */
function formatOutcomes(archives: Readonly<Outcomes>): string {
  const { published, resumed, skipped, reissued, reissuesSkipped, overlapping, rowsSkipped } = archives;
  const others: [number, string][] = [
    [resumed, 'resumed'],
    [skipped, 'already published'],
    [reissued, 'published with new content'],
    [reissuesSkipped, 'skipped because of new content'],
    [overlapping, 'overlapping others in time'],
  ];
  const parts = others.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  const rows = rowsSkipped > 0 ? [`${counted(rowsSkipped, 'row')} already committed`] : [];
  return [`${counted(published, 'archive')} published`, ...parts, ...rows].join(', ');
}
