/** Jest's globalSetup of the tests on a cluster: says clearly what is missing. */
import { OWN_IMAGES } from '../../../cluster/images';
import { Kubectl } from '../../../cluster/kubectl';

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
}

/**
 * Nodes pull missing official images. They cannot pull this project's own images, unless these are in a
 * registry.
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
