/** Forwards the ports of a cluster to this machine until a signal. */
import { EXIT } from '../../contract';
import { UserError } from '../../contract/user-error';
import type { List, Service } from '../api';
import type { Kubectl } from '../kubectl';
import { type Address, addressesOf, urlOf } from './addresses';
import { Forward } from './forward';

/**
 * Forwards the addresses with the given names, all by default, and prints them. Returns the exit code that
 * follows from the signal.
 * @throws UserError when the cluster has no such address, or a port cannot be opened
 */
export async function forwardUntilSignal(kubectl: Kubectl, names: readonly string[]): Promise<number> {
  const addresses = chosen(await findAddresses(kubectl), names);
  const forwards = addresses.map((address) => new Forward(kubectl, address, announcer(address)));
  // Set before anything starts, so that Ctrl-C always works.
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve(signal === 'SIGINT' ? EXIT.ok : EXIT.terminated);
      });
    }
  });
  const opening = Promise.all(forwards.map((it) => it.open())).then(() => {
    sayWhere(addresses);
    return interrupted;
  });
  try {
    return await Promise.race([opening, interrupted]);
  } finally {
    await Promise.all(forwards.map((it) => it.stop()));
  }
}

/** The addresses that the cluster has. */
async function findAddresses(kubectl: Kubectl): Promise<Address[]> {
  const { items } = await kubectl.json<List<Service>>(['get', 'services']);
  const addresses = addressesOf(items);
  if (addresses.length > 0) return addresses;
  throw new UserError(
    'SERVICE_FAILED',
    `namespace ${kubectl.target.namespace} has none of the stack's services`,
    {
      fix: 'apply a profile first (kubectl apply -f dist/dev.k8s.yaml), or choose another with --profile or --namespace',
    },
  );
}

function chosen(addresses: readonly Address[], names: readonly string[]): readonly Address[] {
  const there = [...new Set(addresses.map(({ name }) => name))];
  const unknown = names.find((name) => !there.includes(name));
  if (unknown !== undefined) {
    throw new UserError('SERVICE_FAILED', `this cluster has no address '${unknown}'`, {
      fix: `choose from ${there.join(', ')}`,
    });
  }
  return names.length === 0 ? addresses : addresses.filter(({ name }) => names.includes(name));
}

function announcer(address: Address): { onLost(reason: string): void; onBack(seconds: number): void } {
  return {
    onLost: (reason) => {
      console.log(`${urlOf(address)} (${address.name}): ${reason}; connecting again`);
    },
    onBack: (seconds) => {
      console.log(`${urlOf(address)} (${address.name}): connected again after ${seconds.toFixed(1)} s`);
    },
  };
}

function sayWhere(addresses: readonly Address[]): void {
  for (const address of addresses) console.log(`  ${address.name.padEnd(12)} ${urlOf(address)}`);
  if (!addresses.some(({ name }) => name === 'kafka')) {
    console.log(
      '  Kafka can only be reached by pods of this cluster: it has no listener for clients outside.',
    );
  }
  console.log('\nCtrl-C stops forwarding.');
}
