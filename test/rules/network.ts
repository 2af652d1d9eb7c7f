/** NetworkPolicies: what they let through between the workloads of a chart. */
import {
  backendsOf,
  containerPort,
  ofKind,
  selects,
  workloads,
  type Finding,
  type KubeObject,
  type Rule,
  type Selector,
  type ServiceSpec,
  type Workload,
} from './model';
import { addressesIn, sqlOf, textOf } from './wiring';

interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string };
}

interface Direction {
  from?: Peer[];
  to?: Peer[];
  ports?: { port?: number | string; endPort?: number; protocol?: string }[];
}

interface PolicySpec {
  podSelector: Selector;
  policyTypes?: string[];
  ingress?: Direction[];
  egress?: Direction[];
}

const policiesOf = (objects: readonly KubeObject[]) =>
  ofKind(objects, 'NetworkPolicy').map(({ metadata, spec }) => ({
    id: metadata.name,
    ...(spec as unknown as PolicySpec),
  }));

/** Whether `workload` may talk (egress) to, or be talked to (ingress) by, `other` on a port of `server`. */
function allows(
  objects: readonly KubeObject[],
  type: 'Ingress' | 'Egress',
  workload: Workload,
  other: Workload,
  server: Workload,
  port: number,
): boolean {
  const governing = policiesOf(objects).filter(
    ({ podSelector, policyTypes = ['Ingress'] }) =>
      policyTypes.includes(type) && selects(podSelector, workload.labels),
  );
  if (governing.length === 0) return true;
  return governing
    .flatMap((policy) => (type === 'Ingress' ? policy.ingress : policy.egress) ?? [])
    .some(({ from, to, ports }) => {
      const peers = from ?? to;
      const peer =
        !peers ||
        peers.some(
          (each) => each.podSelector && !each.namespaceSelector && selects(each.podSelector, other.labels),
        );
      return (
        peer &&
        (!ports ||
          ports.some((each) => each.port === undefined || containerPort(server.pod, each.port) === port))
      );
    });
}

/**
 * Every connection between workloads that the policies let through: `Job/a -> StatefulSet/b:9092`, sorted.
 */
export function allowedFlows(objects: readonly KubeObject[]): string[] {
  const all = workloads(objects);
  const flows = all.flatMap((client) =>
    all.flatMap((server) =>
      server.pod.containers
        .flatMap(({ ports = [] }) => ports)
        .map(({ containerPort: port }) => port)
        .filter((port) => allows(objects, 'Egress', client, server, server, port))
        .filter((port) => allows(objects, 'Ingress', server, client, server, port))
        .map((port) => `${client.id} -> ${server.id}:${port}`),
    ),
  );
  return flows.sort();
}

/**
 * Every connection that the workloads' own configuration names, by the Services' addresses in it; SQL is
 * TaskManagers' work.
 */
export function configuredFlows(objects: readonly KubeObject[]): string[] {
  const all = workloads(objects);
  const own = all.flatMap(({ id, pod }) => flowsOf(id, textOf(pod, objects), objects));
  const sql = all.flatMap(({ pod }) => sqlOf(pod, objects));
  const runners = all.filter(({ labels }) => labels['app.kubernetes.io/component'] === 'taskmanager');
  return [...new Set([...own, ...runners.flatMap(({ id }) => flowsOf(id, sql, objects))])].sort();
}

function flowsOf(client: string, texts: readonly string[], objects: readonly KubeObject[]): string[] {
  const services = ofKind(objects, 'Service');
  const names = services.map(({ metadata }) => metadata.name);
  return texts
    .flatMap((text) => addressesIn(text, names))
    .flatMap(({ host, port }) => {
      const service = services.find(({ metadata }) => metadata.name === host);
      const server = service && backendsOf(service, objects)[0];
      const target = (service?.spec as unknown as ServiceSpec | undefined)?.ports.find(
        (each) => each.port === port,
      );
      const number = server && target && containerPort(server.pod, target.targetPort ?? port);
      return server && number !== undefined ? [`${client} -> ${server.id}:${number}`] : [];
    });
}

/** Whether a chart isolates its pods at all. */
export const isolates = (objects: readonly KubeObject[]): boolean =>
  ofKind(objects, 'NetworkPolicy').length > 0;

export const NETWORK: Rule[] = [
  {
    name: 'network policies: every pod is closed in both directions',
    check: (objects) =>
      !isolates(objects)
        ? []
        : workloads(objects).flatMap(({ id, labels }) =>
            ['Ingress', 'Egress']
              .filter(
                (type) =>
                  !policiesOf(objects).some(
                    ({ podSelector, policyTypes }) =>
                      policyTypes?.includes(type) && selects(podSelector, labels),
                  ),
              )
              .map((type) => ({ object: id, message: `no policy governs its ${type}` })),
          ),
  },
  {
    name: 'network policies: what the configuration names can be reached',
    check: (objects) => {
      if (!isolates(objects)) return [];
      const allowed = new Set(allowedFlows(objects));
      return configuredFlows(objects)
        .filter((flow) => !allowed.has(flow))
        .map((flow): Finding => ({
          object: 'NetworkPolicy',
          message: `${flow} is configured, but not let through`,
        }));
    },
  },
  {
    name: 'network policies: no rule lets in or out everything, and pod rules stay in the namespace',
    check: (objects) =>
      policiesOf(objects).flatMap(({ id, ingress = [], egress = [] }) =>
        [...ingress, ...egress].flatMap(({ from, to, ports }): Finding[] => {
          const object = `NetworkPolicy/${id}`;
          const peers = from ?? to ?? [];
          if (peers.length === 0) return [{ object, message: 'a rule without peers means everyone' }];
          if (!ports?.length) return [{ object, message: 'a rule without ports means every port' }];
          const everyone = peers.some(
            (peer) => !peer.ipBlock && !Object.keys(peer.podSelector?.matchLabels ?? {}).length,
          );
          return everyone ? [{ object, message: 'a peer without pod labels means every pod' }] : [];
        }),
      ),
  },
  {
    name: 'network policies: an open egress has its ingress, and the other way round',
    check: (objects) => {
      if (!isolates(objects)) return [];
      const all = workloads(objects);
      return all.flatMap((client) =>
        all.flatMap((server) =>
          server.pod.containers
            .flatMap(({ ports = [] }) => ports)
            .flatMap(({ containerPort: port }): Finding[] => {
              const out = allows(objects, 'Egress', client, server, server, port);
              const into = allows(objects, 'Ingress', server, client, server, port);
              const what = `${client.id} -> ${server.id}:${port}`;
              return out === into
                ? []
                : [
                    {
                      object: 'NetworkPolicy',
                      message: `${what}: ${out ? 'egress' : 'ingress'} is open on one side only`,
                    },
                  ];
            }),
        ),
      );
    },
  },
];
