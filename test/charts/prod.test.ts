import { Size, Testing } from 'cdk8s';
import { ProdChart } from '../../charts';
import { BottleSource, FlinkStorage, IngestSource, networkEdges } from '../../constructs/index';
import { findings } from '../rules';
import { idOf, named, ofKind, quantity, workloads, type KubeObject } from '../rules/model';
import { allowedFlows } from '../rules/network';
import { chartOf, sum } from './support';

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

  test('archives can be published as they appear', () => {
    const watched = Testing.synth(
      new ProdChart(Testing.app(), 'prod', {
        ingest: { workers: 3, sources: [IngestSource.s3('s3://bottles/2026', { region: 'eu-west-1' })] },
      }),
    ) as KubeObject[];
    expect(findings(watched)).toEqual({});
    expect(workloads(watched).find(({ id }) => id === 'StatefulSet/strain-ingest')?.replicas).toBe(3);
    expect(allowedFlows(watched)).toContain('StatefulSet/strain-ingest -> StatefulSet/kafka-broker:9092');
  });
});
