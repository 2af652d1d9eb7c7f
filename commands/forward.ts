/** `npm run forward`: forwards the ports of the stack to this machine while it runs. */
import { Command } from 'commander';
import { runCommand } from '../cli/command';
import { forwardUntilSignal } from '../cluster/forward/run';
import { Kubectl } from '../cluster/kubectl';
import { addTargetOptions, targetOf, type TargetOptions } from '../cluster/target';

const EXAMPLES = `
Examples:
  npm run forward
  npm run forward -- --profile classic
  npm run forward -- kafka registry       only these

Kafka's clients connect to the address that each broker advertises: localhost:19092 for the first broker, 19093 for the second,
and so on. So the local ports of the brokers cannot be changed. When a pod is replaced, its address is forwarded again.`;

async function forward(names: readonly string[], options: TargetOptions): Promise<void> {
  process.exitCode = await forwardUntilSignal(new Kubectl(targetOf(options)), names);
}

const program = new Command('npm run forward --')
  .description("Forwards the ports of the cluster's services to this machine.")
  .argument(
    '[name...]',
    'kafka, registry, flink, topics-ui, schema-ui, kafka-ui (default: all in the cluster)',
  )
  .addHelpText('after', EXAMPLES);
void runCommand(addTargetOptions(program).action(forward));
