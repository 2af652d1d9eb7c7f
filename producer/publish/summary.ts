/** What a publishing run did, for people and for programs. */
import type { Session } from '../bottle/session';
import type { ReadReport, ReadSummary } from '../report';
import { count, formatReading, megabytes } from '../summary';
import type { Acknowledgements } from './pipeline';

/** The counts of a run as plain data. */
export interface PublishSummary extends ReadSummary {
  /** Rows that Kafka has acknowledged: all of `rows`, unless the run ended early. */
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
}

/** Puts the counts together. */
export function summarize(
  report: ReadReport,
  acknowledged: Acknowledgements,
  seconds: number,
): PublishSummary {
  return {
    ...report.summary(),
    acknowledged: acknowledged.rows,
    acknowledgedByStream: acknowledged.streams,
    bytesPublished: acknowledged.bytes,
    seconds: Math.round(seconds * 1000) / 1000,
    rowsPerSecond: seconds > 0 ? Math.round(acknowledged.rows / seconds) : 0,
  };
}

/** The summary as lines of text. */
export function formatSummary(summary: PublishSummary): string {
  const { rows, acknowledged, seconds, rowsPerSecond, bytesPublished, acknowledgedByStream } = summary;
  const reading = formatReading(summary, {
    head: 'acknowledged',
    value: ({ site, session }) =>
      acknowledgedByStream.find((stream) => stream.site === site && stream.session === session)?.rows ?? 0,
  });
  return (
    `${count(acknowledged)} of ${count(rows)} rows acknowledged in ${seconds} s, ` +
    `${count(rowsPerSecond)} rows/s, ${megabytes(bytesPublished)} before compression\n${reading}`
  );
}
