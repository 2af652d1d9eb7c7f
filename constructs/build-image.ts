/**
 * The package's command: `cdk8s-kafka-flink build-image` builds the Flink image that the constructs use, from
 * the official image and Maven's repository, and brings it to a cluster.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { App } from 'cdk8s';
import { imageName, IMAGES } from './common/images';
import { configureStack } from './common/settings';

const HELP = `Usage: cdk8s-kafka-flink build-image [options]

Builds ${IMAGES.flink}, the image of all Flink pods: the official image with the
connectors for Kafka and Avro, the file system S3, and functions for Flink SQL.

Options:
  --load kind|minikube   load the image into a local cluster
  --cluster NAME         name of the kind cluster or minikube profile (default: kind, minikube)
  --push REGISTRY        push the image to a registry; set the same one as imageRegistry
  -h, --help             show this help

Environment:
  DOCKER   program with Docker's command line (default: docker)

Exit codes: 0 the image is there; 1 a command failed; 2 wrong usage.
`;

/** Where the package keeps what the image is built from: the Dockerfile, pom.xml and the functions. */
const CONTEXT = join(__dirname, '..');

class UsageError extends Error {}

/** Runs the command with the arguments of the process, and sets its exit code. */
export function main(): void {
  try {
    run(process.argv.slice(2));
  } catch (error) {
    const isUsage =
      error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    console.error(`error: ${(error as Error).message}`);
    if (isUsage === true) console.error('See cdk8s-kafka-flink --help.');
    process.exitCode = isUsage === true ? 2 : 1;
  }
}

function run(args: string[]): void {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      load: { type: 'string' },
      cluster: { type: 'string' },
      push: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  if (positionals.join(' ') !== 'build-image') {
    throw new UsageError(`the command is "${positionals.join(' ')}"; allowed: build-image`);
  }
  const load = loader(values);
  const { DOCKER = '' } = process.env;
  const docker = DOCKER === '' ? 'docker' : DOCKER;
  execute(docker, 'build', '--file', join(CONTEXT, 'flink', 'Dockerfile'), '--tag', IMAGES.flink, CONTEXT);
  if (load !== undefined) execute(...load);
  if (values.push !== undefined) {
    const target = nameIn(values.push);
    execute(docker, 'tag', IMAGES.flink, target);
    execute(docker, 'push', target);
  }
}

/** The command that loads the image, if one is asked for. */
function loader({ load, cluster }: { load?: string; cluster?: string }): [string, ...string[]] | undefined {
  switch (load) {
    case undefined:
      if (cluster === undefined) return undefined;
      throw new UsageError('--cluster needs --load kind or --load minikube');
    case 'kind':
      return ['kind', 'load', 'docker-image', IMAGES.flink, '--name', cluster ?? 'kind'];
    case 'minikube':
      return ['minikube', 'image', 'load', IMAGES.flink, '--profile', cluster ?? 'minikube'];
    default:
      throw new UsageError(`--load is "${load}"; allowed: kind, minikube`);
  }
}

/** The image's name in manifests with this registry. */
function nameIn(registry: string): string {
  const app = new App();
  configureStack(app, { imageRegistry: registry });
  return imageName(app, IMAGES.flink);
}

function execute(program: string, ...args: string[]): void {
  const { status, signal, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error !== undefined)
    throw new Error(`cannot start ${program}: ${error.message}. Install it, or see DOCKER in --help.`);
  if (status !== 0)
    throw new Error(
      `${program} ${args[0]} failed with ${signal ?? `exit code ${status}`}; its output is above`,
    );
}
