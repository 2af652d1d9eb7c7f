/**
 * `npm run check:sql`: Flink's own parser and planner check the SQL of all charts and jobs, so that a wrong
 * statement never reaches a cluster. Needs Java; the jars are those of `npm start`, fetched by Maven when
 * they are not there.
 */
import path from 'node:path';
import { Command } from 'commander';
import { runCommand } from '../../cli/command';
import { fetchParts } from '../../local/parts';
import { findJava } from '../../local/requirements';
import { localSettings } from '../../local/options';
import { sqlFindings } from './sql/findings';
import { allScripts } from './sql/scripts';

async function checkSql(): Promise<void> {
  const java = await findJava();
  const { partsDir } = localSettings({});
  await fetchParts(partsDir, () => undefined, new AbortController().signal);
  const scripts = allScripts();
  const findings = await sqlFindings(scripts, java, path.join(partsDir, 'flink'));
  for (const finding of findings) console.error(`${finding}\n`);
  console.log(`${scripts.length} SQL scripts checked by Flink's planner, ${findings.length} with an error`);
  if (findings.length > 0) process.exitCode = 1;
}

void runCommand(
  new Command('npm run check:sql --').description('Checks the SQL of all charts and jobs.').action(checkSql),
);
