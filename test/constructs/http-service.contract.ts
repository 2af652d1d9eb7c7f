/** What every HTTP service has to do, whatever its program: each service runs through these tests. */
import { Size, type Chart } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  Access,
  Kafka,
  KafkaRest,
  SchemaRegistry,
  Workload,
  type HttpService,
  type HttpServiceProps,
  type IKafka,
  type IKafkaRest,
  type ISchemaRegistry,
} from '../../constructs/index';
import { ofKind, type PodSpec } from '../rules/model';
import { brokenRules, newChart, objectOf, synth } from './support';

/** Services that a service can be linked to. */
export interface Links {
  readonly kafka: IKafka;
  readonly registry: ISchemaRegistry;
  readonly rest: IKafkaRest;
}

/** A service, and what is its own. */
export interface HttpServiceCase {
  make(chart: Chart, id: string, props: HttpServiceProps & { heap?: Size }, links: Links): HttpService;
  readonly name: string;
  readonly image: string;
  /** `image` in the registry registry.example.com/mirror. */
  readonly mirrored: string;
  readonly port: number;
  readonly containerPort: number;
  /** Path of the API, for example `/apis/ccompat/v7`. */
  readonly apiPath?: string;
  readonly readyPath: string;
  readonly cpu: readonly [request: string, limit: string];
  /** Mebibytes. */
  readonly memory: readonly [request: number, limit: number];
  /** Whether it runs on a JVM, with the prop `heap`. */
  readonly jvm: boolean;
  readonly user: readonly [uid: number, gid: number];
  /** A variable that the construct sets. */
  readonly variable: string;
  /** Ports of the services that it calls, with all of its links. */
  readonly calls: readonly number[];
}

const EXTERNAL: Links = {
  kafka: Kafka.fromBootstrapServers('kafka.example:9092'),
  registry: SchemaRegistry.fromUrl('http://registry.example.com:8081'),
  rest: KafkaRest.fromUrl('http://rest.example.com:8082'),
};

/** The same in the chart, each made when it is first used. */
function inChart(chart: Chart): Links {
  let kafka: Kafka | undefined;
  let registry: SchemaRegistry | undefined;
  let rest: KafkaRest | undefined;
  return {
    get kafka() {
      return (kafka ??= new Kafka(chart, 'kafka'));
    },
    get registry() {
      return (registry ??= new SchemaRegistry(chart, 'linked-registry', {
        kafka: this.kafka,
        name: 'linked-registry',
      }));
    },
    get rest() {
      return (rest ??= new KafkaRest(chart, 'linked-rest', { kafka: this.kafka, name: 'linked-rest' }));
    },
  };
}

interface Deployment {
  spec: { replicas: number; strategy: unknown; template: { spec: PodSpec } };
}

/** The contract of an HTTP service. */
export function httpServiceContract(title: string, it: HttpServiceCase): void {
  const make = (props: HttpServiceProps & { heap?: Size } = {}, settings = {}) => {
    const chart = newChart(settings);
    return { chart, service: it.make(chart, 'service', props, EXTERNAL) };
  };
  const deployment = (chart: Chart, name = it.name) => objectOf<Deployment>(chart, 'Deployment', name).spec;
  const podOf = (chart: Chart, name?: string) => deployment(chart, name).template.spec;
  const images = ({ containers, initContainers = [] }: PodSpec) => [
    ...new Set([...initContainers, ...containers].map(({ image }) => image)),
  ];
  const policyOf = (chart: Chart) =>
    objectOf<{ spec: { ingress?: unknown[]; egress: { ports: { port: number }[] }[] } }>(
      chart,
      'NetworkPolicy',
      it.name,
    ).spec;

  describe(`${title} as an HTTP service`, () => {
    test('defaults', () => {
      const { chart, service } = make();
      expect(service.url).toBe(`http://${it.name}:${it.port}${it.apiPath ?? ''}`);
      expect(service.workload.name).toBe(it.name);
      expect(service.endpoint).toMatchObject({ kind: 'pods', ports: [it.containerPort] });
      expect(service.image).toBe(it.image);
      expect(service.replicas).toBe(1);
      expect([service.resources.cpuRequest.amount, service.resources.cpuLimit.amount]).toEqual(it.cpu);
      expect([
        service.resources.memoryRequest.toMebibytes(),
        service.resources.memoryLimit.toMebibytes(),
      ]).toEqual(it.memory);
      expect(images(podOf(chart))).toEqual([it.image]);
      expect(deployment(chart).replicas).toBe(1);
      expect(objectOf(chart, 'Service', it.name).spec).toMatchObject({
        type: 'ClusterIP',
        ports: [{ name: 'http', port: it.port, targetPort: 'http' }],
      });
      expect(ofKind(synth(chart), 'PodDisruptionBudget')).toEqual([]);
    });

    test('props reach the objects', () => {
      const password = { secretKeyRef: { name: 'account', key: 'password' } };
      const { chart, service } = make({
        name: 'other',
        image: 'example/other:2',
        replicas: 2,
        resources: { cpuLimit: Cpu.units(3), memoryLimit: Size.gibibytes(2) },
        access: Access.nodePort(30999),
        pod: { env: { PLAIN: '1', PASSWORD: password } },
      });
      expect(service.url).toBe(`http://other:${it.port}${it.apiPath ?? ''}`);
      expect(deployment(chart, 'other').replicas).toBe(2);
      expect(images(podOf(chart, 'other'))).toEqual(['example/other:2']);
      const [container] = podOf(chart, 'other').containers;
      expect(container?.resources).toMatchObject({
        requests: { cpu: it.cpu[0], memory: `${it.memory[0]}Mi` },
        limits: { cpu: '3', memory: '2Gi' },
      });
      expect(container?.env).toEqual(
        expect.arrayContaining([
          { name: 'PLAIN', value: '1' },
          { name: 'PASSWORD', valueFrom: password },
        ]),
      );
      expect(objectOf(chart, 'Service', 'other').spec).toMatchObject({
        type: 'NodePort',
        ports: [{ port: it.port, nodePort: 30999 }],
      });
      expect(service.workload.outsidePorts).toEqual([it.containerPort]);
    });

    test('takes its image from imageRegistry', () => {
      const { chart } = make({}, { imageRegistry: 'registry.example.com/mirror' });
      expect(images(podOf(chart))).toEqual([it.mirrored]);
    });

    test('checks that the server is ready, and restarts it only when its port is closed', () => {
      const [container] = podOf(make().chart).containers;
      expect(container).toMatchObject({
        ports: [{ name: 'http', containerPort: it.containerPort }],
        startupProbe: { httpGet: { path: it.readyPath, port: 'http' } },
        readinessProbe: { httpGet: { path: it.readyPath, port: 'http' } },
        livenessProbe: { tcpSocket: { port: 'http' } },
      });
    });

    test('runs as a numeric user, without root, capabilities or a writable root file system', () => {
      const pod = podOf(make().chart);
      const [runAsUser, runAsGroup] = it.user;
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser,
        runAsGroup,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const { securityContext } of [...(pod.initContainers ?? []), ...pod.containers]) {
        expect(securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    });

    test.each([1, 2])('keeps the rules of the charts with %i replicas', (replicas) => {
      const chart = newChart();
      it.make(chart, 'service', { replicas }, inChart(chart));
      expect(brokenRules(chart)).toEqual({});
    });

    test('starts a new pod before it stops the old one', () => {
      expect(deployment(make().chart).strategy).toMatchObject({
        rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
      });
    });

    test('spreads replicas over nodes and lets a drain take one at a time', () => {
      const { chart } = make({ replicas: 2 });
      expect(objectOf(chart, 'PodDisruptionBudget', it.name).spec).toMatchObject({ maxUnavailable: 1 });
      expect(podOf(chart)).toMatchObject({
        topologySpreadConstraints: [
          { topologyKey: 'kubernetes.io/hostname' },
          { topologyKey: 'topology.kubernetes.io/zone' },
        ],
      });
    });

    test('NetworkPolicy: calls only its links, and lets in only its clients', () => {
      const { chart, service } = make({});
      expect(policyOf(chart).ingress).toBeUndefined();
      const ports = policyOf(chart).egress.flatMap((rule) => rule.ports.map(({ port }) => port));
      expect(ports).toEqual([53, 53, ...it.calls]);
      const client = new Workload(chart, 'client', {
        name: 'client',
        app: 'client',
        component: 'client',
        image: 'example/client:1',
      });
      client.connectTo(service.endpoint);
      expect(policyOf(chart).ingress).toEqual([
        {
          from: [{ podSelector: { matchLabels: client.selector } }],
          ports: [{ protocol: 'TCP', port: it.containerPort }],
        },
      ]);
    });

    test.each<[string, HttpServiceProps & { heap?: Size }, string | RegExp]>([
      ['there are no replicas', { replicas: 0 }, 'replicas is 0; allowed: a whole number, 1 or more.'],
      [
        'a request is above its limit',
        { resources: { memoryRequest: Size.gibibytes(9) } },
        /resources\.memoryRequest is "9216Mi"; allowed: at most resources\.memoryLimit, /,
      ],
      ['the name is not one of a Service', { name: 'My_Name' }, 'name is "My_Name"; allowed: a letter, then'],
      [
        'the image has no version',
        { image: 'example/image' },
        'image is "example/image"; allowed: an image name with a version',
      ],
      [
        'the NodePort is out of range',
        { access: Access.nodePort(80) },
        'nodePort is 80; allowed: 30000 to 32767',
      ],
      [
        'env has a variable that the construct sets',
        { pod: { env: { [it.variable]: 'x' } } },
        `pod.env.${it.variable} is "given a second time"; allowed: variables that the construct does not set itself.`,
      ],
    ])('throws if %s', (_, props, message) => {
      expect(() => make(props)).toThrow(
        typeof message === 'string'
          ? `test/service: ${message}`
          : new RegExp(`^test/service: ${message.source}`),
      );
    });

    test('throws if two Services have the same NodePort', () => {
      const { chart } = make({ access: Access.nodePort(30082) });
      expect(() =>
        it.make(chart, 'second', { name: 'second', access: Access.nodePort(30082) }, EXTERNAL),
      ).toThrow(
        `test/second: nodePort is 30082; allowed: a port that no other Service has; test/service has this one for ${it.name}. Give one of them another port.`,
      );
    });

    if (it.jvm) {
      test('the heap is half of the memory limit by default', () => {
        expect(make().service).toMatchObject({ heap: Size.mebibytes(it.memory[1] / 2) });
      });

      test('throws if the heap does not fit the memory limit', () => {
        const limit = it.memory[1];
        expect(() => make({ heap: Size.mebibytes(limit) })).toThrow(
          `test/service: heap is "${limit}Mi"; allowed: at most ${limit - 128}Mi, `,
        );
      });
    }
  });
}
