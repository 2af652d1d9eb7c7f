/** `npm run images`: builds the images of this project with docker, or with the program in DOCKER. */
import { Command } from 'commander';
import {
  buildImage,
  dockerOf,
  dockerProgram,
  OFFICIAL_IMAGES,
  OWN_IMAGES,
  pushImage,
} from '../cluster/images';

interface Options {
  readonly push?: string;
  readonly mirror?: true;
}

async function images({ push, mirror }: Options): Promise<void> {
  if (mirror && push === undefined) {
    throw new Error('--mirror needs --push PREFIX, the registry to copy the official images to');
  }
  const docker = dockerOf(dockerProgram());
  for (const image of OWN_IMAGES) await buildImage(docker, image);
  console.log(`built ${OWN_IMAGES.map(({ name }) => name).join(', ')}`);
  if (push === undefined) return;
  for (const { name } of OWN_IMAGES) console.log(`pushed ${await pushImage(docker, name, push)}`);
  for (const name of mirror ? OFFICIAL_IMAGES : []) {
    await docker('pull', name);
    console.log(`pushed ${await pushImage(docker, name, push)}`);
  }
  const all = mirror
    ? ''
    : ', which uses that registry for all images: --mirror copies the official ones too';
  console.log(`next: IMAGE_REGISTRY=${push} npm run synth${all}`);
}

void new Command('npm run images --')
  .description('Builds the images of this project with docker, or with the program in DOCKER.')
  .option('--push <prefix>', 'also push them to a registry, for example registry.example.com/strain')
  .option('--mirror', 'with --push: also copy the official images of the charts there')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run images\n  DOCKER=podman npm run images\n  npm run images -- --push registry.example.com/strain --mirror',
  )
  .action((options: Options) =>
    images(options).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }),
  )
  .parseAsync();
