/** The archives that are published, and the rows that they have to give. */
import path from 'node:path';

import { strainProducer } from '../../e2e/producing';

/** Some archives. */
export interface Input {
  readonly folder: string;
  /** Rows as `parse` prints them. */
  readonly rows: readonly string[];
}

export interface Archives {
  /** Four stations with hours at 1 Hz and a day of environmental channels, two of them with a 20 Hz hour. */
  readonly all: Input;
  /** One station with all sessions. */
  readonly station: Input;
  /** One archive of a 20 Hz hour. */
  readonly hour: { readonly file: string; readonly rows: readonly string[] };
}

/**
 * Stations. Of two shares, one has the first and the third, the other the second and the last; of three, the
 * second and the last are in different ones. The first two have 20 Hz.
 */
const STATIONS = ['B009', 'B011', 'B012', 'B013'];

/** Makes archives by `sample`. */
export async function makeArchives(folder: string): Promise<Archives> {
  const [all, station] = [path.join(folder, 'all'), path.join(folder, 'station')];
  await sample(all, '--stations', STATIONS.join(), '--session', 'Day,Hour');
  await sample(all, '--stations', STATIONS.slice(0, 2).join(), '--session', 'Min');
  await sample(station);
  const file = path.join(station, 'B0092118200_20.tar');
  return {
    all: await inputOf(all),
    station: await inputOf(station),
    hour: { file, rows: await rowsOf(file) },
  };
}

async function sample(folder: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await strainProducer(['sample', folder, ...args]);
  if (code !== 0) throw new Error(stderr);
}

async function inputOf(folder: string): Promise<Input> {
  return { folder, rows: await rowsOf(folder) };
}

async function rowsOf(input: string): Promise<readonly string[]> {
  return (await strainProducer(['parse', input])).stdout.trim().split('\n');
}
