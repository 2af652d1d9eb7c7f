/** `npm run stations`: sets the constants of stations from their public table. */
import { readFile } from 'node:fs/promises';

import { Command } from 'commander';
import { runCommand } from '../cli/command';
import { Kubectl } from '../cluster/kubectl';
import { sqlOnCluster } from '../cluster/sql';
import { addTargetOptions, targetOf, type TargetOptions } from '../cluster/target';
import { EXIT } from '../contract';
import { UserError } from '../contract/user-error';
import { insertStations, parseStationTable } from '../jobs/strain/station-table';
import { addPlaceOptions, localSettings, type PlaceOptions, userPath } from '../local/options';
import { sqlOnThisMachine } from '../local/sql';

const HELP = `
The file is the table bsm_metadata.txt of the public archive: the counts at zero strain, the plate gap, the azimuth of gauge 0 and
the place of each station. What is not known there is null. The constants replace those that a station had.

Examples:
  npm run stations -- bsm_metadata.txt
  npm run stations -- --cluster --profile classic bsm_metadata.txt
  npm run sql -- --rows 3 "SELECT * FROM gtsm_strain"

Exit codes: 0 all stations are set; 3 some lines cannot be used, the stations of the others are set; 1 it failed; 2 wrong usage.`;

type Options = PlaceOptions & TargetOptions & { readonly cluster?: boolean };

async function stations(file: string, options: Options): Promise<void> {
  const text = await readFile(userPath(file), 'utf8').catch((error: unknown) => {
    throw new UserError('INPUT_UNREADABLE', `${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  });
  const table = parseStationTable(text);
  for (const { line, found, expected } of table.damages) {
    console.error(`${file}, line ${line}: found ${found}; expected ${expected}`);
  }
  if (table.stations.length === 0) {
    throw new UserError('INPUT_UNREADABLE', `${file} has no station`, {
      fix: 'give the table bsm_metadata.txt of the public archive',
    });
  }
  const statements = [insertStations(table.stations)];
  const code = options.cluster
    ? await sqlOnCluster(new Kubectl(targetOf(options)), statements, {})
    : await sqlOnThisMachine(localSettings(options), statements, {});
  const left = table.damages.length;
  if (code === EXIT.ok) {
    console.error(
      `${table.stations.length} stations set${left > 0 ? `, ${left} ${left === 1 ? 'line' : 'lines'} left out` : ''}`,
    );
  }
  process.exitCode = code === EXIT.ok && left > 0 ? EXIT.damaged : code;
}

const program = new Command('npm run stations --')
  .description('Sets the constants of stations from their public table, so that counts become strain.')
  .argument('<file>', 'the table')
  .option('--cluster', 'set them on a cluster, through kubectl, instead of on this machine')
  .addHelpText('after', HELP);
void runCommand(addPlaceOptions(addTargetOptions(program)).action(stations));
