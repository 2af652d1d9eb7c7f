/** Names and labels of workloads, and the network policies that their links make. */
import { Chart, Size, Testing } from 'cdk8s';
import { k8s } from '../../../imports';
import {
  configureStack,
  DefaultDeny,
  externalEndpoint,
  kubernetesApi,
  networkEdges,
  Workload,
  workloads,
} from '../../../constructs/index';
import { formatSize } from '../../../constructs/common/resources';
import { ofKind } from '../../rules/model';
import { newChart, synth } from '../support';

const workload = (chart: Chart, name: string) =>
  new Workload(chart, `workload-${name}`, { name, app: name, component: 'part', image: 'example/image:1.2' });

const policyOf = (chart: Chart, name: string) =>
  ofKind(synth(chart), 'NetworkPolicy').find((it) => it.metadata.name === name)?.spec as {
    ingress: unknown[];
    egress: unknown[];
  };

const pods = (name: string) => ({
  podSelector: { matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name } },
});

const tcp = (port: number) => ({ protocol: 'TCP', port });

describe('labels', () => {
  test('say what, which, of what and by whom', () => {
    expect(workload(newChart({ partOf: 'strain' }), 'one').labels).toEqual({
      'app.kubernetes.io/name': 'one',
      'app.kubernetes.io/instance': 'one',
      'app.kubernetes.io/component': 'part',
      'app.kubernetes.io/part-of': 'strain',
      'app.kubernetes.io/managed-by': 'cdk8s',
      'app.kubernetes.io/version': '1.2',
    });
  });
});

describe('links', () => {
  function linked() {
    const chart = newChart();
    const [client, server, other] = ['client', 'server', 'other'].map((name) => workload(chart, name));
    client?.connectTo(server!.endpoint(9092, { first: 30000, last: 30010 }));
    return { chart, client, server, other };
  }

  test('open the way out on one side and the way in on the other, with the names service for the client', () => {
    const { chart } = linked();
    const ports = [tcp(9092), { protocol: 'TCP', port: 30000, endPort: 30010 }];
    expect(policyOf(chart, 'server')).toMatchObject({
      ingress: [{ from: [pods('client')], ports }],
    });
    expect(policyOf(chart, 'client')).toMatchObject({
      egress: [{ ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] }, { to: [pods('server')], ports }],
    });
  });

  test('open nothing else', () => {
    const { chart } = linked();
    const policy = policyOf(chart, 'other');
    expect(policy).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    expect(Object.keys(policy)).toEqual(['podSelector', 'policyTypes']);
  });

  test('are listed for diagrams and tests', () => {
    const { chart, client, server, other } = linked();
    expect(workloads(chart)).toEqual([client, server, other]);
    expect(networkEdges(chart).map(({ from, to }) => [from, to.kind === 'pods' && to.workload])).toEqual([
      [client, server],
    ]);
  });

  test('into another manifest of the namespace bring the way in with them', () => {
    const server = workload(newChart(), 'server');
    const chart = newChart();
    const client = workload(chart, 'client');
    client.connectTo(server.endpoint(9092));
    client.connectTo(server.endpoint(8081));
    client.connectTo(server.endpoint(9092));
    expect(policyOf(chart, 'client').egress).toContainEqual({ to: [pods('server')], ports: [tcp(9092)] });
    expect(policyOf(chart, 'client-to-server')).toEqual({
      ...pods('server'),
      policyTypes: ['Ingress'],
      ingress: [9092, 8081].map((port) => ({ from: [pods('client')], ports: [tcp(port)] })),
    });
    expect(policyOf(Chart.of(server), 'server').ingress).toBeUndefined();
  });

  test('are known to be there', () => {
    const server = workload(newChart(), 'server');
    const client = workload(newChart(), 'client');
    client.connectTo(server.endpoint(9092, 8081));
    expect(client.isConnectedTo(server.endpoint(9092))).toBe(true);
    expect(client.isConnectedTo(server.endpoint(9093))).toBe(false);
  });

  test('that are drawn twice open one rule', () => {
    const { chart, client, server } = linked();
    client?.connectTo(server!.endpoint(9092, { first: 30000, last: 30010 }));
    expect(policyOf(chart, 'server').ingress).toHaveLength(1);
  });

  test('to the outside open the address, not the other side', () => {
    const chart = newChart();
    const client = workload(chart, 'client');
    client.connectTo(externalEndpoint('Kafka', [{ host: '10.1.2.3', port: 9092 }]));
    client.connectTo(kubernetesApi(chart));
    expect(policyOf(chart, 'client').egress.slice(1)).toEqual([
      { to: [{ ipBlock: { cidr: '10.1.2.3/32' } }], ports: [tcp(9092)] },
      { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.0.0/16'] } }], ports: [tcp(443), tcp(6443)] },
    ]);
  });

  test('from the outside come in at a NodePort, from where the stack says', () => {
    const outside = [{ ipBlock: { cidr: '192.168.0.0/16' } }];
    const chart = newChart({ outside });
    workload(chart, 'server').exposeToOutside(8080, 30080);
    expect(policyOf(chart, 'server').ingress).toEqual([{ from: outside, ports: [tcp(8080)] }]);
  });

  test('make no policies when the stack wants none', () => {
    const chart = newChart({ networkPolicies: false });
    workload(chart, 'client').connectTo(workload(chart, 'server').endpoint(1));
    expect(ofKind(synth(chart), 'NetworkPolicy')).toEqual([]);
  });

  test('are all there is under DefaultDeny', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'deny');
    expect(ofKind(synth(chart), 'NetworkPolicy')[0]?.spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });
});

describe('what a host outside is known by', () => {
  const namespace = (name: string) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
    podSelector: {},
  });
  const anywhere = { ipBlock: { cidr: '0.0.0.0/0' } };

  test.each([
    ['10.1.2.3', [{ ipBlock: { cidr: '10.1.2.3/32' } }]],
    ['kafka', [{ podSelector: {} }]],
    ['kafka.data.svc', [namespace('data')]],
    ['kafka-0.kafka.data.svc.cluster.local', [namespace('data')]],
    ['kafka.data', [namespace('data'), anywhere]],
    ['kafka.example.com', [anywhere]],
  ])('%s', (host, peers) => {
    expect(externalEndpoint('Kafka', [{ host, port: 1 }]).peers).toEqual(peers);
  });

  test('each peer and port appears once', () => {
    const hosts = ['a.example.com', 'b.example.com'].map((host) => ({ host, port: 9092 }));
    expect(externalEndpoint('Kafka', hosts)).toMatchObject({ ports: [9092], peers: [anywhere] });
  });
});

describe('Workload throws if', () => {
  test.each(['', 'Kafka', '1a', 'a_b', 'a-', 'a'.repeat(53)])('its name is %p', (name) => {
    expect(() => workload(newChart(), name)).toThrow(
      `name is ${JSON.stringify(name)}; allowed: a letter, then letters, digits and \`-\`, lowercase, at most 52 characters.`,
    );
  });

  test('a link leads into another namespace', () => {
    const app = Testing.app();
    const [here, there] = ['here', 'there'].map((namespace) => new Chart(app, namespace, { namespace }));
    const server = workload(there!, 'server');
    expect(() => workload(here!, 'client').connectTo(server.endpoint(1))).toThrow(
      'here: link to server is "namespace there"; allowed: its own namespace, here. ' +
        "Link to it by its address, for example Kafka.fromBootstrapServers('server.there:PORT').",
    );
  });

  test('two charts of different Apps may have the same names: they can be for two clusters', () => {
    for (let i = 0; i < 2; i++) workload(new Chart(Testing.app(), 'one', { namespace: 'same' }), 'server');
  });
});

describe('settings', () => {
  test('hold for what is made below, the nearest winning', () => {
    const chart = newChart({ partOf: 'outer', imageRegistry: 'mirror.example.com' });
    const inner = new k8s.KubeNamespace(chart, 'inner');
    configureStack(inner, { partOf: 'inner', imageRegistry: undefined });
    expect(
      new Workload(inner, 'a', { name: 'a', app: 'a', component: 'a', image: 'a:1' }).labels,
    ).toMatchObject({
      'app.kubernetes.io/part-of': 'inner',
    });
  });

  test('cannot come after the constructs that they are for', () => {
    const chart = newChart();
    workload(chart, 'server');
    expect(() => configureStack(chart, { multiNode: false })).toThrow(
      'called after test/workload-server was made',
    );
  });
});

test.each([
  [Size.mebibytes(512), '512Mi'],
  [Size.mebibytes(2048), '2Gi'],
  [Size.tebibytes(1), '1024Gi'],
])('sizes as quantities: %#', (size, text) => {
  expect(formatSize(size)).toBe(text);
});
