/** Publishes a day at 20 Hz with the command line, and measures rate and memory. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { planArchives } from '../producer/sample/plan';
import { writeArchive } from '../producer/sample/write';

const CLI = path.resolve(__dirname, '../producer/bin/strain-producer.js');

/** Results from the summary of the run. */
export interface DayResult {
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly peakMemoryBytes: number;
}

/**
 * Writes the sample archives of a day at 20 Hz to `folder` and publishes them with `strain-producer produce`.
 * @param stations stations of the archives; those of the demo if not set
 */
export async function publishDay(
  folder: string,
  addresses: { readonly kafka: string; readonly registry: string },
  stations?: readonly string[],
): Promise<DayResult> {
  for (const archive of planArchives({ sessions: ['Min'], days: 1, stations })) {
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
    .map((line) => JSON.parse(line) as { summary?: DayResult })
    .find((line) => line.summary);
  if (!summary?.summary) throw new Error(`strain-producer produce printed no summary: ${stderr}`);
  const { rows, rowsPerSecond, peakMemoryBytes } = summary.summary;
  return { rows, rowsPerSecond, peakMemoryBytes };
}
