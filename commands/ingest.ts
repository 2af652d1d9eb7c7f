/** `npm run ingest`: publishes bottles of this machine with the producer in the cluster. */
import { Size } from 'cdk8s';
import { Command } from 'commander';
import { wholeNumber } from '../cli/arguments';
import { EXIT } from '../contract';
import { userPath } from '../local/options';
import { Report } from '../cli/report';
import type { Job } from '../cluster/api';
import { runCommand } from '../cli/command';
import { type Batch, readBatch } from '../cluster/ingest/batch';
import { Copier } from '../cluster/ingest/copier';
import { exitCodeOf, followJob } from '../cluster/ingest/follow';
import { BOTTLES_CLAIM, type IngestObjects, ingestObjects } from '../cluster/ingest/objects';
import { Kubectl } from '../cluster/kubectl';
import { Snapshot } from '../cluster/rollout/snapshot';
import { addTargetOptions, targetOf, type TargetOptions } from '../cluster/target';

interface Options extends TargetOptions {
  /** GiB. */
  readonly size: number;
  readonly keep?: true;
}

const HELP = `
Examples:
  npm run ingest -- B009.2021182Day.tgz bottles/
  npm run ingest -- --profile classic --size 50 archive/

The files are copied to the claim ${BOTTLES_CLAIM}, which is made when it is not there, and a Job publishes them. Once their rows
are acknowledged they are removed from the claim. The same files again do nothing for as long as that Job is there (7 days).
Ctrl-C leaves the Job at work; the same command follows it again. The exit code is the producer's: 0 all is published, 3 all that
could be read is, and the damage is listed, 1 it could not be done: the files stay for the next try.`;

/** Exit codes after which the rows are in Kafka, so that another attempt would change nothing. */
const PUBLISHED: readonly number[] = [EXIT.ok, EXIT.damaged];

const report = new Report(process.stdout);

async function ingest(paths: readonly string[], options: Options): Promise<void> {
  const batch = await readBatch(paths.map(userPath));
  for (const line of batch.unread) console.error(line);
  const kubectl = new Kubectl(targetOf(options));
  const { namespace } = kubectl.target;
  const { IMAGE_REGISTRY: imageRegistry } = process.env;
  const { profile, size } = options;
  const objects = ingestObjects({
    profile,
    namespace,
    batch: batch.hash,
    size: Size.gibibytes(size),
    imageRegistry,
  });
  const { name } = objects.job.metadata;
  const snapshot = await Snapshot.of(kubectl);
  const before = snapshot.find({ kind: 'Job', name }) as Job | undefined;
  const ended = before && exitCodeOf(before, snapshot);
  if (ended !== undefined && PUBLISHED.includes(ended)) {
    process.exitCode = ended;
    report.step(
      `already published by job ${name} (exit code ${ended}), skipping; to publish the files again, run kubectl delete job ${name}`,
    );
    return;
  }
  if (before === undefined || ended !== undefined) {
    if (ended !== undefined) await kubectl.text(['delete', 'job', name]);
    await copy(kubectl, objects, batch);
    await startJob(kubectl, objects);
  }
  report.step(`log of job ${name}`);
  const code = await followJob(kubectl, name);
  process.exitCode = code;
  if (PUBLISHED.includes(code) && !options.keep) {
    await Copier.with(kubectl, objects.copier, (copier) => copier.remove(batch));
  }
  report.step(code === EXIT.ok ? 'published' : `the producer ended with exit code ${code}`);
}

async function copy(kubectl: Kubectl, { claim, copier }: IngestObjects, batch: Batch): Promise<void> {
  if ((await kubectl.find('persistentvolumeclaim', BOTTLES_CLAIM)) === undefined) {
    await kubectl.text(['apply', '--filename', '-'], JSON.stringify(claim));
    report.step(`created claim ${BOTTLES_CLAIM}`);
  }
  const bytes = batch.files.reduce((sum, file) => sum + file.size, 0);
  report.step(`copying ${batch.files.length} file(s), ${(bytes / 1e6).toFixed(1)} MB`);
  const copied = await Copier.with(kubectl, copier, (it) => it.put(batch));
  report.step(copied ? 'copied' : 'already copied');
}

/** The policies come first: a namespace that denies all traffic may not allow a producer yet. */
async function startJob(kubectl: Kubectl, { policies, job }: IngestObjects): Promise<void> {
  const denies = (await kubectl.find('networkpolicy', 'default-deny')) !== undefined;
  const objects = [...(denies ? policies : []), job];
  await kubectl.text(
    ['apply', '--filename', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
  );
}

const program = new Command('npm run ingest --')
  .description('Publishes bottles of this machine with the producer in the cluster.')
  .argument('<path...>', 'bottles, archives, or folders of these')
  .option('--size <gib>', 'size of the claim, if it is created', wholeNumber(1), 5)
  .option('--keep', 'keep the files on the claim after they are published')
  .addHelpText('after', HELP);
void runCommand(addTargetOptions(program).action(ingest));
