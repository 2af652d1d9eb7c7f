/** What refers to something refers to what is there: selectors, ports, volumes, variables, addresses. */
import {
  backendsOf,
  containerPort,
  containersOf,
  eachContainer,
  eachObject,
  eachPod,
  idOf,
  named,
  ofKind,
  selects,
  workloads,
  type Finding,
  type KubeObject,
  type Rule,
  type Selector,
  type ServiceSpec,
} from './model';

/**
 * `host:port` in environment variables, arguments and configuration files; hosts as Services of the namespace
 * are named.
 */
const ADDRESS = /(?<![\w.$-])([a-z][a-z0-9]*(?:-[a-z0-9]+)+)(?:\.[a-z0-9-]+)*:(\d{2,5})(?![\w.:])/g;

type Pod = ReturnType<typeof workloads>[number]['pod'];

/**
 * All text that a workload runs with: variables, arguments, and the ConfigMaps that it mounts, SQL excepted.
 */
export function textOf(pod: Pod, objects: readonly KubeObject[]): string[] {
  return [
    ...containersOf(pod).flatMap(({ env = [], command = [], args = [] }) => [
      ...env.map(({ value }) => value ?? ''),
      ...command,
      ...args,
    ]),
    ...mountedFiles(pod, objects)
      .filter(({ name }) => !name.endsWith('.sql'))
      .map(({ text }) => text),
  ];
}

/**
 * SQL that a workload mounts. It is not this workload that connects to what it names, but the cluster that
 * runs it.
 */
export function sqlOf(pod: Pod, objects: readonly KubeObject[]): string[] {
  return mountedFiles(pod, objects)
    .filter(({ name }) => name.endsWith('.sql'))
    .map(({ text }) => text);
}

function mountedFiles(pod: Pod, objects: readonly KubeObject[]): { name: string; text: string }[] {
  return (pod.volumes ?? [])
    .flatMap(({ configMap }) => (configMap ? [named(objects, 'ConfigMap', configMap.name)] : []))
    .flatMap((map) => Object.entries(map?.data ?? {}))
    .map(([name, text]) => ({ name, text }));
}

/**
 * Addresses of the namespace's Services that a text names, as `host:port`. Names of single pods count for
 * their headless Service.
 */
export function addressesIn(text: string, services: readonly string[]): { host: string; port: number }[] {
  return [...text.matchAll(ADDRESS)].flatMap(([whole, first = '', port]) => {
    const host = services.includes(first) ? first : (/\.([a-z0-9-]+)/.exec(whole)?.[1] ?? first);
    return services.includes(host) ? [{ host, port: Number(port) }] : [];
  });
}

/** Names like those of this stack's Services, so that a misspelled one is seen. */
const FAMILY = /^(kafka|flink|landoop|strain)-/;

export const WIRING: Rule[] = [
  {
    name: 'names are unique within their kind',
    check: (objects) => {
      const seen = new Set<string>();
      return objects.flatMap((object) => {
        const id = idOf(object);
        if (seen.has(id)) return [{ object: id, message: 'exists twice' }];
        seen.add(id);
        return [];
      });
    },
  },
  {
    name: 'selectors of workloads select their own pods, and no pods of others',
    check: (objects) =>
      ofKind(objects, 'Deployment', 'StatefulSet').flatMap((object): Finding[] => {
        const selector = object.spec?.selector as Selector | undefined;
        const selected = workloads(objects).filter(({ labels }) => selects(selector, labels));
        const ids = selected.map(({ id }) => id);
        return ids.length === 1 && ids[0] === idOf(object)
          ? []
          : [{ object: idOf(object), message: `selects pods of ${ids.join(', ') || 'none'}` }];
      }),
  },
  {
    name: 'Services send to pods of one workload, which declare the port',
    check: eachObject(['Service'], (service, objects) => {
      const backends = backendsOf(service, objects);
      const [backend] = backends;
      if (!backend || backends.length > 1) {
        return [`selects pods of ${backends.map(({ id }) => id).join(', ') || 'none'}`];
      }
      return (service.spec as unknown as ServiceSpec).ports
        .filter(({ port, targetPort }) => containerPort(backend.pod, targetPort ?? port) === undefined)
        .map(
          ({ port, targetPort }) =>
            `port ${port} goes to ${targetPort ?? port}, which ${backend.id} does not declare`,
        );
    }),
  },
  {
    name: 'node ports are in their range, each once',
    check: (objects) => {
      const seen = new Map<number, string>();
      return ofKind(objects, 'Service').flatMap((service) =>
        (service.spec as unknown as ServiceSpec).ports.flatMap(({ nodePort }): Finding[] => {
          if (nodePort === undefined) return [];
          const before = seen.get(nodePort);
          seen.set(nodePort, idOf(service));
          if (before) return [{ object: idOf(service), message: `node port ${nodePort} is ${before}'s` }];
          const inRange = nodePort >= 30000 && nodePort <= 32767;
          return inRange
            ? []
            : [{ object: idOf(service), message: `node port ${nodePort} is out of 30000 to 32767` }];
        }),
      );
    },
  },
  {
    name: 'a StatefulSet has the headless Service that it names',
    check: eachObject(['StatefulSet'], ({ spec }, objects) => {
      const service = named(objects, 'Service', String(spec?.serviceName));
      return service?.spec?.clusterIP === 'None'
        ? []
        : [`serviceName ${String(spec?.serviceName)} is no headless Service`];
    }),
  },
  {
    name: 'mounted ConfigMaps, their keys and mounted claims exist',
    check: eachPod(({ pod }, objects) => [
      ...(pod.volumes ?? []).flatMap(({ name, configMap, persistentVolumeClaim, projected }) => {
        const maps = [configMap, ...(projected?.sources ?? []).map((source) => source.configMap)];
        const claim = persistentVolumeClaim?.claimName;
        return [
          ...maps.flatMap((map) => (map ? missingKeys(map, objects) : [])),
          ...(claim && !named(objects, 'PersistentVolumeClaim', claim) ? [`there is no claim ${claim}`] : []),
        ].map((message) => `volume ${name}: ${message}`);
      }),
      ...containersOf(pod).flatMap(({ name, volumeMounts = [] }) =>
        volumeMounts.flatMap(({ name: volumeName, subPath }) => {
          const map = (pod.volumes ?? []).find((volume) => volume.name === volumeName)?.configMap;
          const data = map && named(objects, 'ConfigMap', map.name)?.data;
          return subPath && data && !(subPath in data)
            ? [`container ${name}: ConfigMap ${map.name} has no key ${subPath}`]
            : [];
        }),
      ),
    ]),
  },
  {
    name: 'environment variables stand once, and what they refer to exists',
    check: (objects) =>
      eachContainer(({ env = [], envFrom = [], args = [], command = [] }) => {
        const messages: string[] = [];
        const before = new Set<string>();
        for (const { name, value, valueFrom } of env) {
          if (before.has(name)) messages.push(`${name} appears twice`);
          const map = valueFrom?.configMapKeyRef;
          if (map && !(map.key in (named(objects, 'ConfigMap', map.name)?.data ?? {}))) {
            messages.push(`${name}: ConfigMap ${map.name} has no key ${map.key}`);
          }
          messages.push(
            ...unresolved(value ?? '', before).map(
              (variable) => `${name} uses $(${variable}), set nowhere before`,
            ),
          );
          before.add(name);
        }
        for (const { configMapRef } of envFrom) {
          if (configMapRef && !named(objects, 'ConfigMap', configMapRef.name)) {
            messages.push(`there is no ConfigMap ${configMapRef.name}`);
          }
        }
        const inCommand = [...command, ...args].flatMap((text) => unresolved(text, before));
        return [...messages, ...inCommand.map((variable) => `the command uses $(${variable}), set nowhere`)];
      })(objects),
  },
  {
    name: 'addresses of the namespace name a Service and a port of it',
    check: (objects) => {
      const services = ofKind(objects, 'Service');
      return workloads(objects).flatMap(({ id, pod }) =>
        [...textOf(pod, objects), ...sqlOf(pod, objects)].flatMap((text) =>
          [...text.matchAll(ADDRESS)].flatMap(([whole, first = '', port]): Finding[] => {
            if (!FAMILY.test(first)) return [];
            const service = services.find(({ metadata }) =>
              [first, /\.([a-z0-9-]+)/.exec(whole)?.[1]].includes(metadata.name),
            );
            if (!service) return [{ object: id, message: `${whole}: there is no Service ${first}` }];
            const ports = (service.spec as unknown as ServiceSpec).ports.map((each) => each.port);
            return ports.includes(Number(port))
              ? []
              : [{ object: id, message: `${whole}: the Service has ports ${ports.join(', ')}` }];
          }),
        ),
      );
    },
  },
  {
    name: 'disruption budgets and network policies select pods',
    check: (objects) =>
      ofKind(objects, 'PodDisruptionBudget', 'NetworkPolicy').flatMap((object): Finding[] => {
        const selector = (object.spec?.selector ?? object.spec?.podSelector) as Selector | undefined;
        const found = workloads(objects).filter(({ labels }) => selects(selector, labels));
        return found.length ? [] : [{ object: idOf(object), message: 'selects no pod' }];
      }),
  },
  {
    name: 'role bindings bind a role that exists to service accounts that exist',
    check: eachObject(['RoleBinding'], ({ roleRef, subjects }, objects) => {
      const role = (roleRef as { name: string }).name;
      return [
        ...(named(objects, 'Role', role) ? [] : [`there is no Role ${role}`]),
        ...(subjects as { name: string }[])
          .filter(({ name }) => !named(objects, 'ServiceAccount', name))
          .map(({ name }) => `there is no ServiceAccount ${name}`),
      ];
    }),
  },
];

function missingKeys(
  map: { name: string; items?: { key: string }[] },
  objects: readonly KubeObject[],
): string[] {
  const found = named(objects, 'ConfigMap', map.name);
  if (!found) return [`there is no ConfigMap ${map.name}`];
  return (map.items ?? [])
    .filter(({ key }) => !(key in (found.data ?? {})))
    .map(({ key }) => `ConfigMap ${map.name} has no key ${key}`);
}

/** `$(NAME)` without a variable of that name; `$$(NAME)` is text. */
function unresolved(text: string, known: ReadonlySet<string>): string[] {
  return [...text.matchAll(/(?<!\$)\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !known.has(name));
}
