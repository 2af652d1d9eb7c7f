/**
 * jest's globalSetup of the tests on a cluster: says clearly what is missing, and removes what a broken-off
 * run left.
 */
import { OWN_IMAGES } from '../../../cluster/images';
import { Kubectl } from '../../../cluster/kubectl';
import { NODE_PORTS } from '../../../charts/laptop';
import { FIRST_NODE_PORT } from '../../../constructs/kafka/listeners';
import type { Service } from './objects';
import { NAMESPACE_PREFIX } from './stack';

interface Node {
  /** An image that was replaced under its name has none. */
  readonly status: { readonly images?: readonly { readonly names: readonly string[] | null }[] };
}

/** kubelets report this many images of a node and leave out the others. */
const REPORTED_IMAGES = 50;

export default async function setup(): Promise<void> {
  const kubectl = new Kubectl({ namespace: 'default' });
  const { items } = await kubectl.json<{ items: Node[] }>(['get', 'nodes', '--request-timeout=10s']);
  checkImages(items);
  await removeLeftovers(kubectl);
  await checkNodePorts(kubectl);
}

/**
 * Official images are pulled where they are not there; this project's own cannot be, unless a registry has
 * them.
 */
function checkImages(nodes: readonly Node[]): void {
  const { IMAGE_REGISTRY } = process.env;
  if (
    IMAGE_REGISTRY !== undefined ||
    nodes.some(({ status }) => (status.images ?? []).length >= REPORTED_IMAGES)
  )
    return;
  const there = nodes.flatMap(({ status }) => (status.images ?? []).flatMap(({ names }) => names ?? []));
  const missing = OWN_IMAGES.map(({ name }) => name).filter(
    (name) => !there.some((it) => it === name || it.endsWith(`/${name}`)),
  );
  if (missing.length === 0) return;
  throw new Error(
    `no node of the cluster has ${missing.join(', ')}: 'npm run images' builds them, 'kind load docker-image NAME' loads them`,
  );
}

async function removeLeftovers(kubectl: Kubectl): Promise<void> {
  const names = (await kubectl.text(['get', 'namespaces', '-o', 'name'])).trim().split('\n');
  const left = names.filter((name) => name.startsWith(`namespace/${NAMESPACE_PREFIX}`));
  if (left.length > 0) await kubectl.text(['delete', ...left, '--timeout=300s']);
}

/** The profiles' ports on the nodes are fixed: another stack that runs on the cluster has them. */
async function checkNodePorts(kubectl: Kubectl): Promise<void> {
  const wanted = new Set([FIRST_NODE_PORT, ...Object.values(NODE_PORTS)]);
  const { items } = await kubectl.json<{ items: Service[] }>(['get', 'services', '--all-namespaces']);
  const holder = items.find(({ spec }) => spec.ports.some(({ nodePort }) => wanted.has(nodePort ?? 0)));
  if (holder === undefined) return;
  const { name, namespace } = holder.metadata;
  throw new Error(
    `Service ${name} of namespace ${namespace} has a port of the nodes that the tests need: delete that stack, then try again`,
  );
}
