/** Namespaces of the tests on a cluster: each file makes its own, so that files can run at the same time. */
import { Kubectl } from '../../../cluster/kubectl';

const PREFIX = 'kafka-flink-test-';

/** A new name, which tells whose namespace it is. */
export function testNamespace(owner: string): string {
  return `${PREFIX}${owner}-${Date.now().toString(36)}`;
}

/** Removes the namespaces that earlier, interrupted runs of the same owner left. */
export async function removeLeftovers(owner: string): Promise<void> {
  const kubectl = new Kubectl({ namespace: 'default' });
  const names = (await kubectl.text(['get', 'namespaces', '-o', 'name'])).trim().split('\n');
  const left = names.filter((name) => name.startsWith(`namespace/${PREFIX}${owner}-`));
  if (left.length > 0) await kubectl.text(['delete', ...left, '--timeout=300s']);
}
