/** jest's globalSetup of the tests on a cluster: says clearly what is missing, and removes what a broken-off run left. */
import { OWN_IMAGES } from '../../../cluster/images';
import { kubectl, kubectlJson } from './kubectl';
import { NAMESPACE_PREFIX } from './stack';

interface Node {
  readonly status: { readonly images?: readonly { readonly names: readonly string[] }[] };
}

/** kubelets report this many images of a node and leave out the others. */
const REPORTED_IMAGES = 50;

export default async function setup(): Promise<void> {
  const nodes = await findNodes();
  checkImages(nodes);
  await removeLeftovers();
}

async function findNodes(): Promise<readonly Node[]> {
  try {
    return (await kubectlJson<{ items: Node[] }>('get', 'nodes', '--request-timeout=10s')).items;
  } catch (error) {
    const { KUBECONFIG = 'not set, so ~/.kube/config' } = process.env;
    throw new Error(
      `no cluster answers kubectl (KUBECONFIG is ${KUBECONFIG}): start one, for example with 'npm run kind:up', then try again`,
      { cause: error },
    );
  }
}

/** Official images are pulled where they are not there; this project's own cannot be, unless a registry has them. */
function checkImages(nodes: readonly Node[]): void {
  const { IMAGE_REGISTRY } = process.env;
  if (
    IMAGE_REGISTRY !== undefined ||
    nodes.some(({ status }) => (status.images ?? []).length >= REPORTED_IMAGES)
  )
    return;
  const there = nodes.flatMap(({ status }) => (status.images ?? []).flatMap(({ names }) => names));
  const missing = OWN_IMAGES.map(({ name }) => name).filter(
    (name) => !there.some((it) => it === name || it.endsWith(`/${name}`)),
  );
  if (missing.length === 0) return;
  throw new Error(
    `no node of the cluster has ${missing.join(', ')}: 'npm run images' builds them, 'kind load docker-image NAME' loads them`,
  );
}

async function removeLeftovers(): Promise<void> {
  const names = (await kubectl(['get', 'namespaces', '-o', 'name'])).trim().split('\n');
  const left = names.filter((name) => name.startsWith(`namespace/${NAMESPACE_PREFIX}`));
  if (left.length > 0) await kubectl(['delete', ...left, '--timeout=300s']);
}
