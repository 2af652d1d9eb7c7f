/** What `produce` publishes when it is given no path. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { planArchives } from '../sample/plan';
import { writeArchive } from '../sample/write';

/** Names the folder of the sample bottles in an image. */
const FOLDER_VARIABLE = 'SAMPLE_BOTTLES';
/** Where images have them. */
const IMAGE_FOLDER = '/samples';

/** A folder of sample bottles, and what to do when they are no longer needed. */
export interface Samples {
  readonly folder: string;
  /** They were made just now. */
  readonly made: boolean;
  remove(): Promise<void>;
}

/** The samples of the image that this runs in; elsewhere the demo's, written to a temporary folder. */
export async function findSamples(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Samples> {
  const given = env[FOLDER_VARIABLE];
  const set = given !== undefined && given !== '';
  if (set || existsSync(IMAGE_FOLDER)) {
    return { folder: set ? given : IMAGE_FOLDER, made: false, remove: () => Promise.resolve() };
  }
  const made = await mkdtemp(join(tmpdir(), 'strain-samples-'));
  const remove = (): Promise<void> => rm(made, { recursive: true, force: true });
  try {
    for (const archive of planArchives()) await writeArchive(made, archive, { signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder: made, made: true, remove };
}
