/** Publishes days at 20 Hz with the command line, and measures rate and memory. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { planArchives } from '../producer/sample/plan';
import { writeArchive } from '../producer/sample/write';

const CLI = path.resolve(__dirname, '../producer/bin/strain-producer.js');

/** What to publish. */
export interface DaysOptions {
  /** Number of days. @default 1 */
  readonly days?: number;
  /** @default - the station of the demo */
  readonly stations?: readonly string[];
}

/** Results from the summary of the run. */
export interface DaysResult {
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly peakMemoryBytes: number;
}

/**
 * Writes sample archives at 20 Hz to `folder`, one for each day, and publishes them with
 * `strain-producer produce`.
 */
export async function publishDays(
  folder: string,
  addresses: { readonly kafka: string; readonly registry: string },
  { days = 1, stations }: DaysOptions = {},
): Promise<DaysResult> {
  for (const archive of planArchives({ sessions: ['Min'], days, stations })) {
    await writeArchive(folder, archive);
  }
  const { stderr } = await promisify(execFile)(process.execPath, [
    CLI,
    ...['--log-format', 'json', 'produce', folder],
    ...['--bootstrap-servers', addresses.kafka],
    ...['--schema-registry', addresses.registry],
  ]);
  const lines = stderr.trim().split('\n');
  const summary = lines
    .map((line) => JSON.parse(line) as { summary?: DaysResult })
    .find((line) => line.summary);
  if (!summary?.summary) throw new Error(`strain-producer produce printed no summary: ${stderr}`);
  const { rows, rowsPerSecond, peakMemoryBytes } = summary.summary;
  return { rows, rowsPerSecond, peakMemoryBytes };
}
