import { Testing } from 'cdk8s';
import { chosenProfiles, ClassicChart, DevChart, type LaptopProps } from '../../charts';
import { RULES } from '../rules';
import { containersOf, ofKind, workloads, type KubeObject, type ServiceSpec } from '../rules/model';
import { NAMES, objectsOf, sum } from './support';

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
