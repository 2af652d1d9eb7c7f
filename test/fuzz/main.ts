/**
 * `npm run fuzz` changes archives at random, reads them, and compares what is read with what can be read. A
 * case that fails is written to a file. Exits with 1 if there is one.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Command } from 'commander';

import { wholeNumber } from '../../cli/arguments';
import { runCommand } from '../../cli/command';
import { EXIT } from '../../contract';
import { DEFAULT_STATE_DIR } from '../../local/settings';
import { loadInputs, makeCase, runCase } from './case';
import { readWith } from './reading';
import { runCases } from './run';
import type { Failure } from './worker';

const DEFAULT_RUNS = 100_000;
const MAX_RUNS = 2 ** 31 - 1_000;
const MAX_SEED = 2 ** 31;
const PROGRESS_SECONDS = 10;

/** Real bottles next to the repository, where they are. */
const REAL_BOTTLES = path.join(__dirname, '../../../shared/bottles');

interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  readonly case?: number;
  readonly bottles: string;
}

async function fuzz({ seed, runs, bottles, ...options }: FuzzOptions): Promise<void> {
  const began = Date.now();
  if (options.case !== undefined) {
    const number = options.case;
    const { faults } = await runCase(seed, number, loadInputs(bottles), readWith());
    report(seed, bottles, { number, faults });
    if (faults.length > 0) process.exitCode = EXIT.failed;
    return;
  }
  console.log(`seed ${seed}`);
  let told = began;
  const onProgress = (cases: number): void => {
    if (Date.now() - told < PROGRESS_SECONDS * 1000) return;
    told = Date.now();
    console.error(`${cases} of ${runs} cases after ${Math.round((told - began) / 1000)} s`);
  };
  const onFailure = (failure: Failure): void => report(seed, bottles, failure);
  const result = await runCases({ seed, runs, bottles, onProgress, onFailure });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(
    `${result.cases} cases, ${result.failed} failed; ${result.bottles} bottles and ${result.damages} damages ` +
      `in ${seconds} s; peak memory ${Math.round(result.peakMemory / 1e6)} MB`,
  );
  if (result.failed > 0) process.exitCode = EXIT.failed;
}

/** Prints a case, and writes the file that it reads. */
function report(seed: number, bottles: string, { number, faults }: Failure): void {
  const { input, bytes } = makeCase(seed, number, loadInputs(bottles));
  const folder = path.join(DEFAULT_STATE_DIR, 'fuzz');
  const file = path.join(folder, `${seed}-${number}-${input.name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, bytes);
  console.log(`case ${number} of seed ${seed}: ${faults.length > 0 ? 'FAILED' : 'passed'}`);
  for (const line of [...input.steps, ...faults]) console.log(`  ${line}`);
  console.log(`  written to ${file}: npx strain-producer parse - < ${file}`);
  console.log(`  to run it again: npm run fuzz -- --seed ${seed} --case ${number}`);
}

const program = new Command('npm run fuzz --')
  .description(
    'Reads damaged archives and checks that only what is damaged is lost, and that no value is wrong.',
  )
  .option('--runs <n>', 'number of cases', wholeNumber(1, MAX_RUNS), DEFAULT_RUNS)
  .option(
    '--seed <n>',
    'seed of all cases (default: a random one, which is printed)',
    wholeNumber(0, MAX_SEED),
  )
  .option('--case <n>', 'run only this case of the seed', wholeNumber(0, MAX_RUNS))
  .option('--bottles <dir>', 'folder of real archives to start from too, if it is there', REAL_BOTTLES);
void runCommand(
  program.action((options: FuzzOptions) => fuzz({ ...options, seed: options.seed ?? randomInt(MAX_SEED) })),
);
