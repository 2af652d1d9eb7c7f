/** Publishes files of this machine with the producer in the cluster. */
import type { Size } from 'cdk8s';
import type { Report } from '../../cli/report';
import { EXIT } from '../../contract';
import type { Job } from '../api';
import type { Kubectl } from '../kubectl';
import { Snapshot } from '../rollout/snapshot';
import type { Batch } from './batch';
import { Copier } from './copier';
import { exitCodeOf, followJob } from './follow';
import { BOTTLES_CLAIM, type IngestObjects, ingestObjects } from './objects';

export interface IngestOptions {
  readonly kubectl: Kubectl;
  /** Profile of the stack. */
  readonly profile: string;
  /** Size of the claim, if it is created. */
  readonly size: Size;
  /** Registry of the images. @default - each image's own registry */
  readonly imageRegistry?: string;
  /** Whether the files stay on the claim after they are published. @default false */
  readonly keep?: boolean;
  readonly report: Report;
}

/** Exit codes after which the rows are in Kafka, so that another attempt would change nothing. */
const PUBLISHED: readonly number[] = [EXIT.ok, EXIT.damaged];

/**
 * Copies a batch to the cluster, runs the producer on it and follows its log. While the Job of a batch
 * exists, nothing is copied again; without it, the producer skips what is published. Returns the exit code
 * of the producer.
 * @throws UserError when the files cannot be copied or the producer cannot start
 */
export async function ingest(batch: Batch, options: IngestOptions): Promise<number> {
  const { kubectl, profile, size, imageRegistry, report } = options;
  const { namespace } = kubectl.target;
  const objects = ingestObjects({ profile, namespace, batch: batch.hash, size, imageRegistry });
  const { name } = objects.job.metadata;
  const snapshot = await Snapshot.of(kubectl);
  const before = snapshot.find({ kind: 'Job', name }) as Job | undefined;
  const ended = before && exitCodeOf(before, snapshot);
  if (ended !== undefined && PUBLISHED.includes(ended)) {
    report.step(`already published by job ${name} (exit code ${ended}), skipping`);
    return ended;
  }
  if (before === undefined || ended !== undefined) {
    if (ended !== undefined) await kubectl.text(['delete', 'job', name]);
    await copy(kubectl, objects, batch, report);
    await startJob(kubectl, objects);
  }
  report.step(`log of job ${name}`);
  const code = await followJob(kubectl, name);
  if (PUBLISHED.includes(code) && !options.keep) {
    await Copier.with(kubectl, objects.copier, (copier) => copier.remove(batch));
  }
  report.step(code === EXIT.ok ? 'published' : `the producer ended with exit code ${code}`);
  return code;
}

async function copy(
  kubectl: Kubectl,
  { claim, copier }: IngestObjects,
  batch: Batch,
  report: Report,
): Promise<void> {
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
