/** The kind cluster of this project: creates it, loads images and deletes it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Docker } from '../images';
import { askProgram, type Program, runProgram } from '../../cli/program';

/** Name of the cluster. */
export const KIND_CLUSTER = 'kafka-flink';

/** Context that kind gives it in the kubeconfig. */
export const KIND_CONTEXT = `kind-${KIND_CLUSTER}`;

/** Configuration of the cluster, in the folder of the clone. */
const CONFIG = 'kind.yaml';

/** How long kind waits for the node. */
const NODE_TIMEOUT = '180s';

const KIND: Program = {
  name: 'kind',
  install: 'Install it (https://kind.sigs.k8s.io, v0.30.0 or later) so that it is found on PATH.',
};

/** Whether the cluster exists. */
export async function hasCluster(): Promise<boolean> {
  return (await askProgram(KIND, ['get', 'clusters'])).split('\n').includes(KIND_CLUSTER);
}

/** Creates the cluster of kind.yaml, unless it exists. True when it was created. */
export async function makeCluster(): Promise<boolean> {
  if (await hasCluster()) {
    // The kubeconfig may have changed.
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

/** Deletes the cluster. True when it existed. */
export async function removeCluster(): Promise<boolean> {
  if (!(await hasCluster())) return false;
  await runProgram(KIND, ['delete', 'cluster', '--name', KIND_CLUSTER]);
  return true;
}

/** Whether a program is docker itself: podman reports its own name, even if it is started as docker. */
export async function isDocker(program: string): Promise<boolean> {
  const install = 'Install Docker, or name a program with its command line: DOCKER=podman npm run kind:up';
  return /^docker /i.test(await askProgram({ name: program, install }, ['--version']));
}

/**
 * Loads images into the node of the cluster under the names in the manifests. Images of docker are loaded by
 * name. Other programs, such as podman, keep `docker.io` or `localhost` in the names, so their images are
 * loaded from an archive.
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
