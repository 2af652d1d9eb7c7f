/**
 * `npm run test:faults`: producers are killed while brokers, leaders, connections and the registry fail, and
 * the topic must equal the archives, row by row. Starts its own services, and ends them.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Command, Option } from 'commander';

import { wholeNumber } from '../../cli/arguments';
import { runCommand } from '../../cli/command';
import { Report } from '../../cli/report';
import { EXIT } from '../../contract';
import { describeError } from '../../contract/user-error';
import { CASES, type CaseName } from './cases/index';
import { makeArchives } from './harness/archives';
import { Cluster, mountDisks, removePlace } from './harness/cluster';
import { type Context, describe, noCounts } from './harness/context';

interface Options {
  readonly kills: number;
  readonly seed: number;
  readonly case?: CaseName[];
}

const EXAMPLES = `
Cases:
${Object.entries(CASES)
  .map(([name, { what }]) => `  ${name.padEnd(12)}${what}`)
  .join('\n')}

Examples:
  npm run test:faults
  npm run test:faults -- --kills 1000
  npm run test:faults -- --seed 4711 --case kills      the same choices again

Exit codes: 0 each topic equals its archives; 1 one does not, or a producer did not end as it should; 2 wrong usage.`;

const report = new Report(process.stdout);

async function faults({ kills, seed, case: names }: Options): Promise<void> {
  report.line(`seed ${seed} (repeat its choices by --seed ${seed})`);
  const folder = mkdtempSync(path.join(tmpdir(), 'faults-'));
  const counts = noCounts();
  const ending = new AbortController();
  let stop = (): Promise<void> => Promise.resolve();
  const end = async (): Promise<void> => {
    ending.abort();
    await stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void end().finally(() => {
        summarize(counts, seed);
        process.exit(1);
      });
    });
  }
  try {
    const disks = await mountDisks(folder);
    stop = () => removePlace({ folder, disks });
    const starting = Cluster.start({ folder, disks, ending: ending.signal }, (one) => (stop = one));
    const [cluster, archives] = await Promise.all([starting, makeArchives(path.join(folder, 'archives'))]);
    report.step('three brokers and a registry are up');
    const context: Context = { cluster, archives, seed, report, counts };
    for (const name of names ?? (Object.keys(CASES) as CaseName[])) {
      await CASES[name].run(context, { kills });
      report.step(`${name}: passed`);
    }
  } catch (error) {
    // Said before anything is cleared up, which may fail, too.
    report.line(describeError(error));
    process.exitCode = EXIT.failed;
  } finally {
    summarize(counts, seed);
    await end();
  }
}

function summarize(counts: Context['counts'], seed: number): void {
  const { kills, producers, terminated, takenOver, brokerKills, leaderMoves } = counts;
  const { connectionsCut, answersLost, registryOutages } = counts;
  const phases = Object.entries(kills).filter(([, count]) => count > 0);
  const total = phases.reduce((sum, [, count]) => sum + count, 0);
  const lines = [
    `${total} kills (${phases.map(([phase, count]) => `${count} ${phase}`).join(', ')}), ${terminated} stopped, ${takenOver} taken over, ${producers} producers started`,
    `${brokerKills} brokers killed, ${leaderMoves} leaders moved, ${connectionsCut} connections cut, ${answersLost} answers lost, ${registryOutages} registry outages`,
    `${describe(counts)}`,
    `${report.seconds.toFixed(0)} s, seed ${seed}`,
  ];
  for (const line of lines) report.line(line);
}

const program = new Command('npm run test:faults --')
  .description(
    'Kills producers, brokers and connections, and holds the topic against the archives, row by row.',
  )
  .option('--kills <n>', 'producers to kill', wholeNumber(1), 50)
  .option(
    '--seed <n>',
    'the same number gives the same choices (default: another one each time)',
    wholeNumber(0),
    randomInt(2 ** 31),
  )
  .addOption(new Option('--case <names...>', 'only these cases (default: all)').choices(Object.keys(CASES)))
  .addHelpText('after', EXAMPLES)
  .action(faults);
void runCommand(program);
