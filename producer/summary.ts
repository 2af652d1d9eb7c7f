/** What was read, as text. Programs use `ReadReport.summary()`. */
import Table from 'cli-table3';

import { formatDamage } from './damage';
import type { Logger } from './log';
import { KEPT_DAMAGES, type ReadReport, type ReadSummary, type StreamCounts } from './report';

/** An additional column of the table of stations and sessions. */
export interface StreamColumn {
  readonly head: string;
  readonly value: (stream: StreamCounts) => number;
}

/** Logs each damaged item when it is found, up to the number that the report keeps. */
export function logDamages(report: ReadReport, log: Logger): void {
  report.onDamage = (damage) => {
    if (report.damaged <= KEPT_DAMAGES) log.warn({ damage }, formatDamage(damage));
    if (report.damaged === KEPT_DAMAGES) log.warn(`further damage is counted but not listed`);
  };
}

/**
 * The summary as lines: a table of stations and sessions, the totals, and counts of problems. Ends with a
 * newline.
 */
export function formatReading(summary: ReadSummary, ...columns: readonly StreamColumn[]): string {
  const { files, members, bottles, bytesRead, damaged, peakMemoryBytes } = summary;
  const lines = [
    ...(summary.streams.length > 0 ? [streamTable(summary.streams, columns)] : []),
    `${counted(files, 'file')}, ${counted(members, 'member')}, ${counted(bottles, 'bottle')}, ${megabytes(bytesRead)} read, ` +
      `peak memory ${megabytes(peakMemoryBytes)}`,
    ...oddities(summary),
    `${count(damaged)} damaged`,
  ];
  return lines.join('\n') + '\n';
}

/** `12,000` */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 file`, `12,000 files` */
export function counted(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `7.3 MB`, decimal units. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A table for terminals, with numbers aligned to the right. */
export function grid(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const isNumber = head.map((_, column) => rows.every((row) => /^-?\d*$/.test(String(row[column]))));
  const table = new Table({
    head: [...head],
    colAligns: isNumber.map((number) => (number ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? count(cell) : cell))));
  return table.toString();
}

function streamTable(streams: readonly StreamCounts[], columns: readonly StreamColumn[]): string {
  const own: StreamColumn[] = [
    { head: 'rows', value: (stream) => stream.rows },
    ...columns,
    { head: 'bottles', value: (stream) => stream.bottles },
    { head: 'samples', value: (stream) => stream.samples },
    { head: 'missing', value: (stream) => stream.missing },
  ];
  return grid(
    ['site', 'session', ...own.map(({ head }) => head)],
    streams.map((stream) => [stream.site, stream.session, ...own.map(({ value }) => value(stream))]),
  );
}

/** Counts that are zero for clean input, in one line. Empty when all are zero. */
function oddities(summary: ReadSummary): string[] {
  const counts: [number, string][] = [
    [summary.emptyRows, 'rows without a value (not published)'],
    [summary.duplicates, 'duplicate samples'],
    [summary.conflicts, 'conflicting duplicate samples'],
    [summary.late, 'late samples'],
    [summary.notFinite, 'samples that are not finite'],
    [summary.outOfRange, 'samples out of range'],
  ];
  const odd = counts.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  return odd.length > 0 ? [odd.join(', ')] : [];
}
