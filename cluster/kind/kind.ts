/** The kind cluster of this project: made, given the images, and removed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Docker } from '../images';
import { askProgram, type Program, runProgram } from '../../cli/program';

/** Name of the cluster. */
export const KIND_CLUSTER = 'kafka-flink';

/** Context that kind gives it in the kubeconfig. */
export const KIND_CONTEXT = `kind-${KIND_CLUSTER}`;

/** Settings of the cluster, in the clone's folder. */
const CONFIG = 'kind.yaml';

/** How long kind waits for the node. */
const NODE_TIMEOUT = '180s';

const KIND: Program = {
  name: 'kind',
  install: 'Install it (https://kind.sigs.k8s.io, v0.30.0 or later) so that it is found on PATH.',
};

/** Whether the cluster is there. */
export async function hasCluster(): Promise<boolean> {
  return (await askProgram(KIND, ['get', 'clusters'])).split('\n').includes(KIND_CLUSTER);
}

/** Makes the cluster of kind.yaml; one that is there is used as it is. Gives whether it made it. */
export async function makeCluster(): Promise<boolean> {
  if (await hasCluster()) {
    // The kubeconfig may be another by now.
    await runProgram(KIND, ['export', 'kubeconfig', '--name', KIND_CLUSTER]);
    return false;
  }
  await runProgram(KIND, [
    'create',
    'cluster',
    '--name',
    KIND_CLUSTER,
    '--config',
    CONFIG,
    '--wait',
    NODE_TIMEOUT,
  ]);
  return true;
}

/** Removes the cluster with all that is in it. Gives whether there was one. */
export async function removeCluster(): Promise<boolean> {
  if (!(await hasCluster())) return false;
  await runProgram(KIND, ['delete', 'cluster', '--name', KIND_CLUSTER]);
  return true;
}

/** Whether a program is docker itself: podman calls itself by its own name, under whatever name it is started. */
export async function isDocker(program: string): Promise<boolean> {
  const install = 'Install Docker, or name a program with its command line: DOCKER=podman npm run kind:up';
  return /^docker /i.test(await askProgram({ name: program, install }, ['--version']));
}

/**
 * Gives images to the cluster's node, where they are found under the names that manifests have. docker's go by their names; other programs
 * such as podman keep `docker.io` or `localhost` in them, which an archive settles.
 */
export async function loadImages(
  docker: Docker,
  isDocker: boolean,
  images: readonly string[],
): Promise<void> {
  if (isDocker) {
    await runProgram(KIND, ['load', 'docker-image', ...images, '--name', KIND_CLUSTER]);
    return;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'kind-images-'));
  try {
    for (const image of images) {
      const archive = path.join(folder, 'image.tar');
      const fullName = `docker.io/${image}`;
      await docker('tag', image, fullName);
      await docker('save', '--output', archive, fullName);
      await runProgram(KIND, ['load', 'image-archive', archive, '--name', KIND_CLUSTER]);
      await rm(archive);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
