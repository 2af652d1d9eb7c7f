/** `npm run kind:down`: removes the kind cluster with all that is on it. */
import { Command } from 'commander';
import { runCommand } from '../cli/command';
import { KIND_CLUSTER, removeCluster } from '../cluster/kind/kind';

async function down(): Promise<void> {
  const removed = await removeCluster();
  console.log(removed ? `cluster ${KIND_CLUSTER} is removed` : `there is no cluster ${KIND_CLUSTER}`);
}

void runCommand(
  new Command('npm run kind:down')
    .description('Removes the kind cluster with all that is on it.')
    .action(down),
);
