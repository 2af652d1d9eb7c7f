/** `npm run ingest`: publishes bottles of this machine with the producer in the cluster. */
import { Size } from 'cdk8s';
import { Command } from 'commander';
import { wholeNumber } from '../cli/arguments';
import { runCommand } from '../cli/command';
import { Report } from '../cli/report';
import { readBatch } from '../cluster/ingest/batch';
import { ingest } from '../cluster/ingest/ingest';
import { BOTTLES_CLAIM } from '../cluster/ingest/objects';
import { Kubectl } from '../cluster/kubectl';
import { addTargetOptions, targetOf, type TargetOptions } from '../cluster/target';
import { userPath } from '../local/options';

interface Options extends TargetOptions {
  /** GiB. */
  readonly size: number;
  readonly keep?: true;
}

const HELP = `
Examples:
  npm run ingest -- B009.2021182Day.tgz bottles/
  npm run ingest -- --profile classic --size 50 archive/

The files are copied to the claim ${BOTTLES_CLAIM}, which is created if it does not exist, and a Job publishes them. When their rows
are committed, the files are removed from the claim. Each row is published once: running the command again with the same files does
nothing while that Job exists, and without it the producer skips what is published. Ctrl-C leaves the Job running; the same command follows it again. The exit code is the producer's: 0 everything is
published; 3 everything readable is published, and the damage is listed; 1 it failed, and the files stay for the next attempt.`;

async function run(paths: readonly string[], options: Options): Promise<void> {
  const batch = await readBatch(paths.map(userPath));
  for (const line of batch.unread) console.error(line);
  process.exitCode = await ingest(batch, {
    kubectl: new Kubectl(targetOf(options)),
    profile: options.profile,
    size: Size.gibibytes(options.size),
    imageRegistry: process.env.IMAGE_REGISTRY,
    keep: options.keep,
    report: new Report(process.stdout),
  });
}

const program = new Command('npm run ingest --')
  .description('Publishes bottles of this machine with the producer in the cluster.')
  .argument('<path...>', 'bottles, archives, or folders of these')
  .option('--size <gib>', 'size of the claim, if it is created', wholeNumber(1), 5)
  .option('--keep', 'keep the files on the claim after they are published')
  .addHelpText('after', HELP);
void runCommand(addTargetOptions(program).action(run));
