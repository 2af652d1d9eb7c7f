/** This project's own images: their names, how they are built, and how they are pushed to a registry. */
import { App } from 'cdk8s';
import { imageName, IMAGES } from '../constructs/common/images';
import { configureStack } from '../constructs/index';
import { runProgram } from '../cli/program';

/** An image that is built from this project. */
export interface OwnImage {
  /** Name and version, as the manifests have them. */
  readonly name: string;
  /** Path in the clone. */
  readonly dockerfile: string;
}

/** All of them. */
export const OWN_IMAGES: readonly OwnImage[] = [
  { name: IMAGES.strainProducer, dockerfile: 'producer/Dockerfile' },
  { name: IMAGES.flink, dockerfile: 'flink/Dockerfile' },
];

/** Images of other projects that the charts use. */
export const OFFICIAL_IMAGES: readonly string[] = Object.values(IMAGES).filter(
  (name) => !OWN_IMAGES.some((image) => image.name === name),
);

/** Runs a docker command and resolves when it succeeds. */
export type Docker = (...args: string[]) => Promise<void>;

/**
 * Returns Docker, or a program with the same command line. Its output is shown as it arrives.
 * @throws UserError when it cannot be started, or when it fails
 */
export function dockerOf(program: string): Docker {
  const install = 'Install Docker, or name a program with its command line: DOCKER=podman npm run images';
  return (...args) => runProgram({ name: program, install }, args);
}

/** The program that the environment's DOCKER names, `docker` by default. */
export function dockerProgram(): string {
  const { DOCKER = '' } = process.env;
  return DOCKER === '' ? 'docker' : DOCKER;
}

/** Builds an image under its name. */
export async function buildImage(docker: Docker, { name, dockerfile }: OwnImage): Promise<void> {
  const version = name.slice(name.lastIndexOf(':') + 1);
  const label = `org.opencontainers.image.version=${version}`;
  await docker('build', '--file', dockerfile, '--tag', name, '--label', label, '.');
}

/**
 * Pushes a local image to a registry, under the name that manifests with that registry use.
 */
export async function pushImage(docker: Docker, name: string, registry: string): Promise<string> {
  const target = nameIn(registry, name);
  await docker('tag', name, target);
  await docker('push', target);
  return target;
}

/** The same function that names the images in manifests, so that the two cannot differ. */
function nameIn(registry: string, name: string): string {
  const app = new App();
  configureStack(app, { imageRegistry: registry });
  return imageName(app, name);
}
