/** `npm run kind:down`: deletes the kind cluster. */
import { Command } from 'commander';
import { runCommand } from '../cli/command';
import { KIND_CLUSTER, removeCluster } from '../cluster/kind/kind';

async function down(): Promise<void> {
  const removed = await removeCluster();
  console.log(removed ? `deleted cluster ${KIND_CLUSTER}` : `cluster ${KIND_CLUSTER} does not exist`);
}

void runCommand(
  new Command('npm run kind:down').description('Deletes the kind cluster and everything in it.').action(down),
);
