/** `npm run local:clean`: removes data, logs and samples, so that the next start begins anew. The fetched parts stay. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { findRun } from '../local/lock';
import { addPlaceOptions, type PlaceOptions } from '../local/options';
import { localSettings } from '../local/settings';

/** What the services and `npm start` write below the state folder. */
const WRITTEN = ['conf', 'data', 'log', 'run.json', 'samples', 'samples.part', 'tmp'];

async function clean(options: PlaceOptions): Promise<void> {
  const { stateDir } = localSettings(options);
  const run = await findRun(stateDir);
  if (run) {
    console.error(`the services of ${stateDir} run (pid ${run.pid}): stop them first, npm stop`);
    process.exitCode = 1;
    return;
  }
  for (const name of WRITTEN) await rm(path.join(stateDir, name), { recursive: true, force: true });
  console.log(`removed data, logs and samples of ${stateDir}`);
}

void addPlaceOptions(new Command('npm run local:clean --').description('Removes the data of the services.'))
  .action(clean)
  .parseAsync();
