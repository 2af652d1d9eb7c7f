/** What `npm start -- --live` adds: data as time passes, and its newest rows. */
import type { Report } from '../cli/report';
import { hasCode, UserError } from '../contract/user-error';
import { grid } from '../producer/summary';
import { newestRows, type NewestRow } from '../sql/newest';
import { createTables } from '../sql/tables';
import { liveDir, type LiveOptions } from './services/live';
import { addresses, type LocalSettings } from './settings';
import type { LocalStack } from './stack';

/** What an archive of the 20 Hz session spans, which is what shows up first. */
const MINUTE = 60_000;

export interface ShowLiveOptions {
  readonly settings: LocalSettings;
  readonly live: LiveOptions;
  readonly stack: LocalStack;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Starts the loggers and the producer, waits for rows of each station and shows the newest. Returns after how
 * many seconds, since the command began, they were shown.
 */
export async function startLive(options: ShowLiveOptions): Promise<number> {
  const { settings, live, stack, report, signal } = options;
  // The last minute that is over: what the loggers write first, or have written before a restart.
  const since = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE;
  const names = live.stations.join(', ');
  report.step(`starting the loggers of ${names}, and watch on ${liveDir(settings)}`);
  await stack.startLater();
  signal.throwIfAborted();
  report.step('waiting for their newest rows in Kafka; 20 Hz archives come each minute');
  const rows = await newest(options, since);
  const now = Date.now();
  report.line(`\n${newestTable(rows, now)}\n`);
  report.step(newestText(rows, now));
  return report.seconds;
}

async function newest({ settings, live, signal }: ShowLiveOptions, since: number): Promise<NewestRow[]> {
  const { gateway, kafka, registry } = addresses(settings);
  try {
    return await newestRows({
      gateway,
      makeTables: (session, aborted) =>
        createTables(session, { bootstrapServers: kafka, registryUrl: registry }, aborted),
      stations: live.stations,
      since,
      signal,
    });
  } catch (error) {
    if (!hasCode(error, 'SQL_FAILED')) throw error;
    throw new UserError('SQL_FAILED', `Flink SQL could not show the newest rows: ${error.message}`, {
      fix: 'read the logs of Flink; the next start goes on where this one ended',
    });
  }
}

/** The newest rows and their age. */
export function newestTable(rows: readonly NewestRow[], now: number): string {
  return grid(
    ['station', 'session', 'newest row', 'age', ...[1, 2, 3, 4].map((gauge) => `gauge ${gauge}`)],
    rows.map(({ station, session, timestamp, time, counts }) => [
      ...[station, session, timestamp, ageText(now - time)],
      ...counts.map((count) => count ?? ''),
    ]),
  );
}

/** The age of the newest of all rows. */
export function newestText(rows: readonly NewestRow[], now: number): string {
  const age = now - Math.max(...rows.map(({ time }) => time));
  return age < 0
    ? `the newest row is ${ageText(age)} of the clock, because time passed faster with --speed`
    : `the newest row is ${ageText(age)} old`;
}

function ageText(ms: number): string {
  return ms < 0 ? `${seconds(-ms)} ahead` : seconds(ms);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
