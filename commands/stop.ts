/**
 * `npm stop`: stops the services of `npm start`, as Ctrl-C there does. Does nothing when none are running.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { findRun } from '../local/lock';
import { localSettings, addPlaceOptions, type PlaceOptions } from '../local/options';

/** Longer than the services may take to end. */
const LIMIT_MS = 60_000;

async function stop(options: PlaceOptions): Promise<void> {
  const { stateDir } = localSettings(options);
  const run = await findRun(stateDir);
  if (!run) {
    console.log(`no services are running in ${stateDir}`);
    return;
  }
  process.kill(run.pid, 'SIGTERM');
  const limit = Date.now() + LIMIT_MS;
  while ((await findRun(stateDir))?.pid === run.pid) {
    if (Date.now() > limit) {
      console.error(
        `process ${run.pid} is still running after ${LIMIT_MS / 1000} s; end it with: kill -9 ${run.pid}`,
      );
      process.exitCode = 1;
      return;
    }
    await sleep(50);
  }
  console.log('stopped');
}

void addPlaceOptions(new Command('npm stop --').description('Stops the services that `npm start` runs.'))
  .action(stop)
  .parseAsync();
