/**
 * A chart as a graph: its workloads, which of them connect to which, and which are open to the outside.
 */
import { ApiObject, type Chart } from 'cdk8s';
import { networkEdges, workloads, type Endpoint, type Workload } from '../../constructs/index';

export interface Node {
  /** Unique in the graph. */
  readonly id: string;
  readonly title: string;
  /** Lines below the title. */
  readonly notes: readonly string[];
  /** Whether it belongs to the chart. */
  readonly own: boolean;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Ports, as `6123, 6124`. */
  readonly label: string;
}

export interface Graph {
  readonly title: string;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** The node that stands for clients outside the cluster. */
const OUTSIDE = 'outside';

interface PodController {
  kind: string;
  metadata: { labels: Record<string, string> };
  spec: {
    replicas?: number;
    parallelism?: number;
    volumeClaimTemplates?: unknown[];
    template: { spec: { containers: { image: string }[] } };
  };
}

/** Builds the graph of a chart from its objects and its typed links. */
export function graphOf(chart: Chart, title: string): Graph {
  const objects = chart.node
    .findAll()
    .filter((node) => node instanceof ApiObject)
    .map((object) => object.toJson() as PodController);
  const links = networkEdges(chart);
  const external = new Map(
    links.flatMap(({ to }) => (to.kind === 'external' ? [[to.name, to] as const] : [])),
  );
  const elsewhere = new Set(
    links.flatMap(({ to }) =>
      to.kind === 'pods' && !workloads(chart).includes(to.workload) ? [to.workload.name] : [],
    ),
  );
  const open = workloads(chart).filter((workload) => workload.outsidePorts.length > 0);
  return {
    title,
    nodes: [
      ...(open.length > 0 ? [{ id: OUTSIDE, title: 'outside', notes: ['by node ports'], own: false }] : []),
      ...workloads(chart).map((workload) => nodeOf(workload, objects)),
      ...[...external.keys(), ...elsewhere].map((name) => ({ id: name, title: name, notes: [], own: false })),
    ],
    edges: merged([
      ...open.flatMap(({ name, outsidePorts }) =>
        outsidePorts.map((port) => ({ from: OUTSIDE, to: name, label: String(port) })),
      ),
      ...links.flatMap(({ from, to }) =>
        labels(to).map((label) => ({ from: from.name, to: idOf(to), label })),
      ),
    ]),
  };
}

function nodeOf(workload: Workload, objects: readonly PodController[]): Node {
  const controller = objects.find(
    ({ kind, metadata }) =>
      ['Deployment', 'StatefulSet', 'Job'].includes(kind) &&
      metadata.labels['app.kubernetes.io/instance'] === workload.name,
  );
  if (controller === undefined)
    throw new Error(
      `${workload.node.path}: no Deployment, StatefulSet or Job creates the pods of ${workload.name}`,
    );
  const { kind, spec } = controller;
  const replicas = spec.replicas ?? spec.parallelism ?? 1;
  const image = spec.template.spec.containers[0]?.image ?? '';
  return {
    id: workload.name,
    title: workload.name,
    notes: [
      `${kind}${replicas > 1 ? ` × ${replicas}` : ''}${spec.volumeClaimTemplates ? ', volume each' : ''}`,
      image.slice(image.lastIndexOf('/') + 1),
    ],
    own: true,
  };
}

const idOf = (to: Endpoint) => (to.kind === 'pods' ? to.workload.name : to.name);

const labels = ({ ports }: Endpoint) =>
  ports.map((port) => (typeof port === 'number' ? String(port) : `${port.first}–${port.last}`));

/** One edge for each pair, with all its ports. Connections between replicas of one workload are left out. */
function merged(edges: readonly Edge[]): Edge[] {
  const ports = new Map<string, Set<string>>();
  for (const { from, to, label } of edges) {
    if (from === to) continue;
    const pair = JSON.stringify([from, to]);
    ports.set(pair, (ports.get(pair) ?? new Set()).add(label));
  }
  return [...ports].map(([pair, set]) => {
    const [from = '', to = ''] = JSON.parse(pair) as string[];
    return { from, to, label: [...set].join(', ') };
  });
}
