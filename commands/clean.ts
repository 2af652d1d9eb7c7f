/** `npm run local:clean`: deletes data, logs and made-up archives. The downloaded parts are kept. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { findRun } from '../local/lock';
import { localSettings, addPlaceOptions, type PlaceOptions } from '../local/options';

/** Folders that the services and `npm start` write. */
const WRITTEN = ['conf', 'data', 'live', 'log', 'run.json', 'samples', 'samples.part', 'tmp'];

async function clean(options: PlaceOptions): Promise<void> {
  const { stateDir } = localSettings(options);
  const run = await findRun(stateDir);
  if (run) {
    console.error(`the services of ${stateDir} are running (pid ${run.pid}): stop them first with npm stop`);
    process.exitCode = 1;
    return;
  }
  for (const name of WRITTEN) await rm(path.join(stateDir, name), { recursive: true, force: true });
  console.log(`removed data, logs and samples of ${stateDir}`);
}

void addPlaceOptions(new Command('npm run local:clean --').description('Removes the data of the services.'))
  .action(clean)
  .parseAsync();
