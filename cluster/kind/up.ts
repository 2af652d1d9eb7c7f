/** What `npm run kind:up` does, in order. All but the cluster itself is the same on any cluster. */
import path from 'node:path';
import { showRows } from '../../sql/show';
import { ROOT } from '../../cli/root';
import { buildImage, type Docker, OWN_IMAGES } from '../images';
import { Kubectl, KUBECTL_INSTALL } from '../kubectl';
import { askProgram, runProgram } from '../../cli/program';
import { readWanted } from '../rollout/manifest';
import { waitForRollout } from '../rollout/watch';
import { ClusterSql } from '../sql';
import { manifestOf, targetOf } from '../target';
import { KIND_CONTEXT, loadImages, makeCluster } from './kind';

export interface UpOptions {
  /** Profile for a laptop: `dev` or `classic`. */
  readonly profile: string;
  readonly docker: Docker;
  /** Whether `docker` is docker itself, not a program with the same command line. */
  readonly isDocker: boolean;
  /** How long everything may take to be ready. The first time, nodes pull some gigabytes of images. */
  readonly timeoutMs: number;
  /** Receives progress messages. */
  readonly say: (step: string) => void;
}

/** Creates the cluster and shows the rows in Flink SQL. On an existing cluster, it applies what changed. */
export async function kindUp({ profile, docker, isDocker, timeoutMs, say }: UpOptions): Promise<void> {
  const kubectl = new Kubectl(targetOf({ profile, context: KIND_CONTEXT }));
  // Checked before anything that takes minutes.
  await askProgram({ name: 'kubectl', install: KUBECTL_INSTALL }, ['version', '--client']);
  say('cluster');
  if (!(await makeCluster())) say('using the existing cluster');
  say('images');
  for (const image of OWN_IMAGES) await buildImage(docker, image);
  await loadImages(
    docker,
    isDocker,
    OWN_IMAGES.map(({ name }) => name),
  );
  say('manifests');
  await synthesize();
  await applyProfile(kubectl, profile);
  say('rollout');
  await waitForProfile(kubectl, profile, timeoutMs);
  await showClusterRows(kubectl);
}

/** Writes the manifests of all profiles. */
export async function synthesize(): Promise<void> {
  await runProgram({ name: 'npm', install: 'It comes with Node.' }, ['run', '--silent', 'synth']);
}

/**
 * Applies a profile's manifest.
 * @throws UserError when the API server refuses something
 */
export async function applyProfile(kubectl: Kubectl, profile: string): Promise<void> {
  const lines = (await kubectl.text(['apply', '--filename', manifestOf(profile)])).trim().split('\n');
  const changed = lines.filter((line) => !line.endsWith(' unchanged'));
  console.log(`${lines.length} objects, ${changed.length} of them new or changed`);
}

/** Waits until everything of a profile is ready. */
export async function waitForProfile(kubectl: Kubectl, profile: string, timeoutMs: number): Promise<void> {
  const manifest = manifestOf(profile);
  const source = path.relative(ROOT, manifest);
  await waitForRollout({ kubectl, wanted: readWanted(manifest), timeoutMs, say: console.log, source });
}

/** Prints the rows of the cluster in Flink SQL, as `npm start` does on one machine. */
export async function showClusterRows(kubectl: Kubectl): Promise<void> {
  const sql = await ClusterSql.open(kubectl);
  try {
    await showRows({
      gateway: sql.gateway,
      makeTables: (session, signal) => sql.makeTables(session, signal),
      out: process.stdout,
      signal: new AbortController().signal,
      onFirstRow: () => undefined,
    });
  } finally {
    await sql.close();
  }
}
