/** `npm run kind:up`: creates a kind cluster with the stack, and shows its rows in Flink SQL. */
import { Command, Option } from 'commander';
import { Report } from '../cli/report';
import { seconds } from '../cli/arguments';
import { runCommand } from '../cli/command';
import { dockerOf, dockerProgram } from '../cluster/images';
import { isDocker, KIND_CONTEXT } from '../cluster/kind/kind';
import { kindUp } from '../cluster/kind/up';

interface Options {
  readonly profile: string;
  readonly timeout: number;
}

const HELP = `
Needs kind, kubectl, and docker (or what DOCKER names, for example podman). Give Docker 6 GiB of memory.
An existing cluster is used, and its objects and images are updated. prod is for clusters of several nodes.`;

async function up({ profile, timeout }: Options): Promise<void> {
  const report = new Report(process.stdout);
  const program = dockerProgram();
  await kindUp({
    profile,
    docker: dockerOf(program),
    isDocker: await isDocker(program),
    timeoutMs: timeout * 1000,
    say: (step) => {
      report.step(step);
    },
  });
  report.line(`
  Kafka            localhost:19092
  Schema registry  http://localhost:8081
  Flink dashboard  http://localhost:8083
  Topics           http://localhost:8093
  Schemas          http://localhost:8094
  Flink SQL        npm run sql -- --cluster --profile ${profile}
  kubectl          kubectl --context ${KIND_CONTEXT} get pods --all-namespaces

npm run kind:down removes it all.`);
}

const program = new Command('npm run kind:up --')
  .description(
    'Creates a kind cluster, builds and loads the images, applies a profile, waits and shows the rows.',
  )
  .addOption(new Option('--profile <name>', 'the chart to apply').choices(['dev', 'classic']).default('dev'))
  .option('--timeout <seconds>', 'how long to wait until everything is ready', seconds, 900)
  .addHelpText('after', HELP);
void runCommand(program.action(up));
