import { Size, Testing } from 'cdk8s';
import { BottleSource, FlinkStorage, networkEdges } from '../../constructs/index';
import { chosenProfiles, ClassicChart, DevChart, ProdChart, type LaptopProps } from '../../charts';
import { RULES } from '../rules';
import {
  containersOf,
  idOf,
  named,
  ofKind,
  quantity,
  workloads,
  type KubeObject,
  type ServiceSpec,
  type Workload,
} from '../rules/model';
import { allowedFlows } from '../rules/network';
import { chartOf, NAMES, objectsOf } from './support';

/** What a pod asks for: the most of its init containers and of its containers together. */
function requested(workload: Workload, kind: 'requests' | 'limits', resource: string): number {
  const of = (container: Workload['pod']['containers'][number]) =>
    quantity(container.resources?.[kind]?.[resource] ?? '0');
  const together = workload.pod.containers.map(of).reduce((sum, each) => sum + each, 0);
  return Math.max(together, ...(workload.pod.initContainers ?? []).map(of));
}

const sum = (objects: KubeObject[], kind: 'requests' | 'limits', resource: string, extra = 0) =>
  workloads(objects).reduce((total, it) => total + requested(it, kind, resource) * (it.replicas + extra), 0);

/** Names and ports of the Services that clients in the cluster use. */
const addresses = (objects: KubeObject[]) =>
  ofKind(objects, 'Service').flatMap(({ metadata, spec }) =>
    (spec as unknown as ServiceSpec).ports.map(({ port }) => `${metadata.name}:${port}`),
  );

describe.each(NAMES)('profile %s', (profile) => {
  const objects = objectsOf(profile);

  test('matches its snapshot', () => {
    expect(objects).toMatchSnapshot();
  });

  test.each(RULES.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    expect(rule.check(objects)).toEqual([]);
  });

  test('begins with its namespace', () => {
    expect(objects[0]?.kind).toBe('Namespace');
  });

  test('uses another namespace everywhere', () => {
    const other = objectsOf(profile, { namespace: 'elsewhere' });
    expect(new Set(other.slice(1).map(({ metadata }) => metadata.namespace))).toEqual(new Set(['elsewhere']));
    expect(other[0]?.metadata.name).toBe('elsewhere');
    expect(other.length).toBe(objects.length);
  });

  test('one registry prefix overrides the images of all containers', () => {
    const images = workloads(objectsOf(profile, { imageRegistry: 'registry.example.com/mirror/' }))
      .flatMap(({ pod }) => containersOf(pod))
      .map(({ image }) => image);
    expect(images.filter((image) => !/^registry\.example\.com\/mirror\/[a-z]/.test(image))).toEqual([]);
    expect(images).not.toContain(expect.stringContaining('ghcr.io'));
  });

  test('denies all traffic but that of its links, unless networkPolicies is false', () => {
    const policies = ofKind(objects, 'NetworkPolicy').map(({ metadata }) => metadata.name);
    const ids = workloads(objects).map(({ labels }) => labels['app.kubernetes.io/instance']);
    expect(policies.sort()).toEqual(['default-deny', ...ids].sort());
    expect(ofKind(objectsOf(profile, { networkPolicies: false }), 'NetworkPolicy')).toEqual([]);
  });

  test('uses the storage class for every volume', () => {
    const fast = objectsOf(profile, { storageClass: 'fast' });
    const claims = fast.flatMap(({ kind, spec }) =>
      kind === 'PersistentVolumeClaim'
        ? [spec]
        : ((spec?.volumeClaimTemplates as { spec: Record<string, unknown> }[] | undefined) ?? []).map(
            (it) => it.spec,
          ),
    );
    const ephemeral = workloads(fast).flatMap(({ pod }) =>
      (pod.volumes ?? []).flatMap((volume) =>
        volume.ephemeral ? [volume.ephemeral.volumeClaimTemplate.spec] : [],
      ),
    );
    expect(claims.length).toBeGreaterThan(1);
    expect([...claims, ...ephemeral].map((claim) => claim?.storageClassName)).toEqual(
      [...claims, ...ephemeral].map(() => 'fast'),
    );
  });
});

describe('dev', () => {
  const objects = objectsOf('dev');

  test('requests at most 4 GiB and 2 CPU in all', () => {
    expect(sum(objects, 'requests', 'memory')).toBeLessThanOrEqual(4 * 2 ** 30);
    expect(sum(objects, 'requests', 'cpu')).toBeLessThanOrEqual(2);
  });

  test('has one replica of each service, and no ZooKeeper', () => {
    expect(workloads(objects).map(({ replicas }) => replicas)).toEqual(workloads(objects).map(() => 1));
    expect(JSON.stringify(objects)).not.toMatch(/zookeeper/i);
  });

  test('names and ports are those of the original', () => {
    expect(addresses(objects)).toEqual(
      expect.arrayContaining(ORIGINAL.filter((it) => !it.startsWith('kafka-zookeeper'))),
    );
  });
});

/** Addresses of the original demo, and the host's Kafka listener. */
const ORIGINAL = [
  'kafka-zookeeper:2181',
  'kafka-broker:9092',
  'kafka-broker-0-host:19092',
  'kafka-schema-registry:8081',
  'landoop-topics-ui:8093',
  'landoop-schema-ui:8094',
  'flink-jobmanager:8083',
];

describe('classic', () => {
  const objects = objectsOf('classic');

  test('has exactly the services, names and ports of the original', () => {
    expect(addresses(objects)).toEqual(expect.arrayContaining(ORIGINAL));
    const names = workloads(objects).map(({ labels }) => labels['app.kubernetes.io/instance']);
    expect(names.sort()).toEqual([
      'flink-jobmanager',
      'flink-sql-client',
      'flink-taskmanager',
      'kafka-broker',
      'kafka-rest',
      'kafka-schema-registry',
      'kafka-topics',
      'kafka-zookeeper',
      'landoop-schema-ui',
      'landoop-topics-ui',
      'strain-producer',
    ]);
  });

  test('the broker keeps its metadata in ZooKeeper', () => {
    const broker = workloads(objects).find(({ id }) => id === 'StatefulSet/kafka-broker');
    expect(JSON.stringify([broker?.pod, ofKind(objects, 'ConfigMap')])).toContain('kafka-zookeeper:2181');
  });
});

describe.each([DevChart, ClassicChart])('$name', (Chart) => {
  const textOf = (props: LaptopProps) =>
    JSON.stringify(Testing.synth(new Chart(Testing.app(), 'laptop', props)));

  test('sets the task slots of its TaskManager and the compatibility level of its registry', () => {
    const text = textOf({ taskSlots: 7, compatibility: 'FULL' });
    expect(text).toContain('taskmanager.numberOfTaskSlots: 7');
    expect(text).toMatch(/COMPATIBILITY_LEVEL","value":"full"/i);
    expect(textOf({})).not.toContain('taskmanager.numberOfTaskSlots: 7');
  });
});

describe('prod', () => {
  const chart = chartOf('prod');
  const objects = Testing.synth(chart) as KubeObject[];

  test('has three brokers and controllers, two registries, JobManagers and TaskManagers', () => {
    const replicas = Object.fromEntries(workloads(objects).map(({ id, replicas: count }) => [id, count]));
    expect(replicas).toMatchObject({
      'StatefulSet/kafka-broker': 3,
      'StatefulSet/kafka-controller': 3,
      'Deployment/kafka-schema-registry': 2,
      'Deployment/flink-jobmanager': 2,
      'Deployment/flink-taskmanager': 2,
    });
  });

  test('network policies allow the typed links and nothing else', () => {
    const links = networkEdges(chart).flatMap(({ from, to }) =>
      to.kind === 'external'
        ? []
        : to.ports
            .filter((port) => typeof port === 'number')
            .map((port) => `${from.name} -> ${to.workload.name}:${port}`),
    );
    const name = (id: string) =>
      workloads(objects).find((it) => it.id === id)?.labels['app.kubernetes.io/instance'];
    const flows = allowedFlows(objects)
      .map((flow) => {
        const [, from = '', to = '', port] = /^(\S+) -> (\S+):(\d+)$/.exec(flow) ?? [];
        return `${name(from)} -> ${name(to)}:${port}`;
      })
      .sort();
    expect(flows).toEqual([...new Set(links)].sort());
    expect(flows.length).toBeGreaterThan(10);
  });

  test('nothing is open to the outside', () => {
    expect(
      ofKind(objects, 'Service')
        .filter(({ spec }) => spec?.type && spec.type !== 'ClusterIP')
        .map(idOf),
    ).toEqual([]);
    expect(JSON.stringify(ofKind(objects, 'NetworkPolicy').map(({ spec }) => spec?.ingress))).not.toContain(
      'ipBlock',
    );
  });

  test('the quota has room for all pods, and for one more of each during a rollout', () => {
    const hard = ofKind(objects, 'ResourceQuota')[0]?.spec?.hard as Record<string, string>;
    const value = (resource: string) => quantity(hard[resource] ?? '0');
    for (const kind of ['requests', 'limits'] as const) {
      for (const resource of ['cpu', 'memory']) {
        expect([kind, resource, sum(objects, kind, resource, 1) <= value(`${kind}.${resource}`)]).toEqual([
          kind,
          resource,
          true,
        ]);
      }
    }
    expect(workloads(objects).reduce((total, { replicas }) => total + replicas + 1, 0)).toBeLessThanOrEqual(
      value('pods'),
    );
    const claims = [
      ...ofKind(objects, 'PersistentVolumeClaim').map(({ spec }) => ({ spec, replicas: 1 })),
      ...workloads(objects).flatMap(({ pod, replicas }) =>
        (pod.volumes ?? []).flatMap(({ ephemeral }) =>
          ephemeral ? [{ spec: ephemeral.volumeClaimTemplate.spec, replicas: replicas + 1 }] : [],
        ),
      ),
      ...workloads(objects).flatMap(({ object, replicas }) =>
        ((object.spec?.volumeClaimTemplates as KubeObject[] | undefined) ?? []).map(({ spec }) => ({
          spec,
          replicas,
        })),
      ),
    ];
    const storage = claims.reduce(
      (total, { spec, replicas }) =>
        total +
        quantity((spec?.resources as { requests: Record<string, string> }).requests.storage ?? '0') *
          replicas,
      0,
    );
    expect(storage).toBeLessThanOrEqual(value('requests.storage'));
  });

  test('volumes stay when their workloads are deleted', () => {
    const retention = ofKind(objects, 'StatefulSet').map(
      ({ spec }) => spec?.persistentVolumeClaimRetentionPolicy,
    );
    expect(retention).toEqual(retention.map(() => ({ whenDeleted: 'Retain', whenScaled: 'Retain' })));
  });

  test('only the peers in the props can read metrics', () => {
    const metricsFrom = [
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
    ];
    const open = Testing.synth(new ProdChart(Testing.app(), 'prod', { metricsFrom })) as KubeObject[];
    for (const name of ['flink-jobmanager', 'flink-taskmanager']) {
      expect(named(open, 'NetworkPolicy', name)?.spec?.ingress).toContainEqual({
        from: metricsFrom,
        ports: [{ port: 9249, protocol: 'TCP' }],
      });
    }
    expect(JSON.stringify(ofKind(objects, 'NetworkPolicy'))).not.toContain('9249');
  });

  test('Flink can keep its state on a volume, and bottles can be published', () => {
    const with_ = Testing.synth(
      new ProdChart(Testing.app(), 'prod', {
        flinkStorage: FlinkStorage.claim(Size.gibibytes(50)),
        bottles: BottleSource.claim('bottles'),
        dns: [{ podSelector: { matchLabels: { app: 'dns' } } }],
      }),
    ) as KubeObject[];
    expect(ofKind(with_, 'PersistentVolumeClaim')).toMatchObject([
      {
        metadata: { name: 'flink-jobmanager-state', annotations: { 'helm.sh/resource-policy': 'keep' } },
        spec: { accessModes: ['ReadWriteMany'] },
      },
    ]);
    expect(ofKind(with_, 'Job').map(({ metadata }) => metadata.name.replace(/-[0-9a-f]+$/, ''))).toEqual([
      'kafka-topics',
      'strain-producer',
    ]);
    expect(JSON.stringify(ofKind(with_, 'NetworkPolicy'))).not.toContain('kube-dns');
  });
});

describe('chosenProfiles', () => {
  test('default: all', () => {
    expect(chosenProfiles().map(([name]) => name)).toEqual([
      'dev',
      'dev-jobs',
      'classic',
      'prod',
      'prod-jobs',
    ]);
  });

  test('some', () => {
    expect(chosenProfiles('prod,dev').map(([name]) => name)).toEqual(['prod', 'dev']);
  });

  test('throws on one that does not exist', () => {
    expect(() => chosenProfiles('prd')).toThrow(
      'PROFILE is "prd"; allowed: dev, dev-jobs, classic, prod, prod-jobs',
    );
  });
});
