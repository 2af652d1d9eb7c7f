/** The samples that `produce` publishes when no path is given. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { planArchives } from '../sample/plan';
import { writeArchive } from '../sample/write';

/** Environment variable with the folder of the sample bottles in an image. */
const FOLDER_VARIABLE = 'SAMPLE_BOTTLES';
/** Folder of the samples in images. */
const IMAGE_FOLDER = '/samples';

/** A folder of sample bottles, and how to remove it when it is no longer needed. */
export interface Samples {
  readonly folder: string;
  /** Whether they were just made. */
  readonly made: boolean;
  remove(): Promise<void>;
}

/** Returns the samples of the image; outside an image, writes those of the demo to a temporary folder. */
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
