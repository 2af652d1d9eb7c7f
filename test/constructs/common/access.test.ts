/** Ways into HTTP services from outside the cluster: the same on all, so they are tested on one. */
import { Access, FlinkSessionCluster, KafkaUi, type StackSettings } from '../../../constructs/index';
import { named, ofKind } from '../../rules/model';
import { links, newChart, objectOf, synth } from '../support';

function makeUi(access: Access, settings: StackSettings = {}) {
  const chart = newChart(settings);
  const { topic } = links(chart);
  new KafkaUi(chart, 'ui', { kafka: topic.kafka, access });
  const ingress = () =>
    objectOf<{ spec: { ingress?: object[] } }>(chart, 'NetworkPolicy', 'kafka-ui').spec.ingress;
  return { chart, ingress };
}

const from = (namespace: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
});

describe('access', () => {
  test('by a load balancer', () => {
    const annotations = { 'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal' };
    const { chart, ingress } = makeUi(
      Access.loadBalancer({ annotations, sourceRanges: ['192.0.2.0/24'], className: 'example.com/nlb' }),
    );
    expect(objectOf(chart, 'Service', 'kafka-ui')).toMatchObject({
      metadata: { annotations },
      spec: {
        type: 'LoadBalancer',
        loadBalancerClass: 'example.com/nlb',
        loadBalancerSourceRanges: ['192.0.2.0/24'],
        ports: [{ port: 8080, targetPort: 'http' }],
      },
    });
    expect(ingress()).toMatchObject([
      { from: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 8080 }] },
    ]);
  });

  test('by an Ingress, for the pods of its controller only', () => {
    const annotations = { 'cert-manager.io/cluster-issuer': 'public' };
    const { chart, ingress } = makeUi(
      Access.ingress('ui.example.com', { className: 'nginx', tlsSecretName: 'ui-tls', annotations }),
    );
    expect(objectOf(chart, 'Service', 'kafka-ui')).toMatchObject({ spec: { type: 'ClusterIP' } });
    expect(objectOf(chart, 'Ingress', 'kafka-ui')).toMatchObject({
      metadata: { annotations },
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['ui.example.com'], secretName: 'ui-tls' }],
        rules: [
          {
            host: 'ui.example.com',
            http: {
              paths: [{ path: '/', backend: { service: { name: 'kafka-ui', port: { number: 8080 } } } }],
            },
          },
        ],
      },
    });
    expect(ingress()).toEqual([{ from: [from('ingress-nginx')], ports: [{ protocol: 'TCP', port: 8080 }] }]);
  });

  test('by a gateway, whose pods the stack names', () => {
    const { chart, ingress } = makeUi(
      Access.gateway('ui.example.com', { gatewayName: 'public', gatewayNamespace: 'gateways' }),
      { ingressFrom: [from('envoy')] },
    );
    expect(objectOf(chart, 'HTTPRoute', 'kafka-ui')).toMatchObject({
      apiVersion: 'gateway.networking.k8s.io/v1',
      spec: {
        parentRefs: [{ name: 'public', namespace: 'gateways' }],
        hostnames: ['ui.example.com'],
        rules: [{ backendRefs: [{ name: 'kafka-ui', port: 8080 }] }],
      },
    });
    expect(ingress()).toEqual([{ from: [from('envoy')], ports: [{ protocol: 'TCP', port: 8080 }] }]);
  });

  test("to Flink's dashboard opens none of the other ports", () => {
    const make = (access: Access) => {
      const chart = newChart();
      new FlinkSessionCluster(chart, 'flink', { jobManager: { access } });
      return synth(chart);
    };
    const ports = [{ name: 'ui', port: 8083, targetPort: 'rest', protocol: 'TCP' }];
    expect(named(make(Access.loadBalancer()), 'Service', 'flink-jobmanager-ui')?.spec).toMatchObject({
      type: 'LoadBalancer',
      ports,
    });
    const routed = make(Access.ingress('flink.example.com'));
    expect(ofKind(routed, 'Ingress')).toMatchObject([
      { spec: { rules: [{ http: { paths: [{ backend: { service: { port: { number: 8083 } } } }] } }] } },
    ]);
    expect(named(routed, 'Service', 'flink-jobmanager-ui')).toBeUndefined();
  });

  test.each(['https://ui.example.com', 'UI.example.com', 'ui.example.com/kafka', ''])(
    'by a host that is none: %j',
    (host) => {
      expect(() => makeUi(Access.ingress(host))).toThrow(
        `test/ui: access.host is ${JSON.stringify(host)}; allowed: a host name in lowercase, without a protocol, a port and a path.`,
      );
    },
  );
});
