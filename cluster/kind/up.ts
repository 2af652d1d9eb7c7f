/** What `npm run kind:up` does, in its order; all but the cluster itself is as on any cluster. */
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
  /** Whether `docker` is docker itself, and not a program with its command line. */
  readonly isDocker: boolean;
  /** How long all may take to be up; nodes fetch some gigabytes of images at first. */
  readonly timeoutMs: number;
  /** Takes what is done now. */
  readonly say: (step: string) => void;
}

/** From nothing to rows in Flink SQL. Done again, it changes what differs. */
export async function kindUp({ profile, docker, isDocker, timeoutMs, say }: UpOptions): Promise<void> {
  const kubectl = new Kubectl(targetOf({ profile, context: KIND_CONTEXT }));
  // Before anything that takes minutes.
  await askProgram({ name: 'kubectl', install: KUBECTL_INSTALL }, ['version', '--client']);
  say('cluster');
  if (!(await makeCluster())) say('the cluster is there: it is used as it is');
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
  say('roll-out');
  await waitForProfile(kubectl, profile, timeoutMs);
  await showClusterRows(kubectl);
}

/** Writes the manifests of all profiles. */
export async function synthesize(): Promise<void> {
  await runProgram({ name: 'npm', install: 'It comes with Node.' }, ['run', '--silent', 'synth']);
}

/**
 * Applies a profile's manifest.
 * @throws KubectlError when the API server refuses something
 */
export async function applyProfile(kubectl: Kubectl, profile: string): Promise<void> {
  const lines = (await kubectl.text(['apply', '--filename', manifestOf(profile)])).trim().split('\n');
  const changed = lines.filter((line) => !line.endsWith(' unchanged'));
  console.log(`${lines.length} objects, ${changed.length} of them new or changed`);
}

/** Waits until all of a profile is up. */
export async function waitForProfile(kubectl: Kubectl, profile: string, timeoutMs: number): Promise<void> {
  const manifest = manifestOf(profile);
  const source = path.relative(ROOT, manifest);
  await waitForRollout({ kubectl, wanted: readWanted(manifest), timeoutMs, say: console.log, source });
}

/** Prints the rows of the cluster as Flink SQL gives them, as `npm start` does on one machine. */
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
