/** Options of pods: the same on every construct, so most of them are tested on one. */
import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  FlinkSessionCluster,
  FlinkSqlJob,
  FlinkStorage,
  Kafka,
  KafkaRest,
  KafkaTopics,
  KafkaUi,
  LandoopSchemaUi,
  LandoopTopicsUi,
  SchemaRegistry,
  secretKey,
  StrainProducer,
  ZooKeeper,
  type ContainerOptions,
  type PodOptions,
  type StackSettings,
} from '../../../constructs/index';
import { k8s } from '../../../imports';
import { HARDENING } from '../../rules/hardening';
import { ofKind, workloads } from '../../rules/model';
import { links, newChart, producerSchemas, synth } from '../support';

const ALIVE: k8s.Probe = {
  tcpSocket: { port: k8s.IntOrString.fromString('exporter') },
  periodSeconds: 10,
  failureThreshold: 18,
};

const EXPORTER: ContainerOptions = {
  name: 'exporter',
  image: 'example/exporter:1.2',
  ports: { exporter: 9308 },
  mounts: [{ name: 'rules', mountPath: '/etc/rules' }],
  scratch: { cache: '/cache' },
  uid: 65534,
  startupProbe: ALIVE,
  readinessProbe: ALIVE,
  livenessProbe: ALIVE,
};

const ALL: Required<PodOptions> = {
  nodeSelector: { 'example.com/disk': 'ssd' },
  tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'kafka', effect: 'NoSchedule' }],
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'topology.kubernetes.io/zone', labelSelector: { matchLabels: { app: 'near' } } },
      ],
    },
  },
  priorityClassName: 'important',
  labels: { 'example.com/team': 'strain' },
  annotations: { 'example.com/note': 'any text: even this' },
  serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/strain' } },
  env: { PLAIN: '1', PASSWORD: secretKey('account', 'password') },
  secrets: [{ secretName: 'tls', mountPath: '/mnt/tls' }],
  volumes: [{ name: 'rules', configMap: { name: 'rules' } }],
  mounts: [{ name: 'rules', mountPath: '/mnt/rules' }],
  sidecars: [EXPORTER],
  initContainers: [{ name: 'check', image: 'busybox:1.37', command: ['true'] }],
};

function makeUi(pod?: PodOptions, settings: StackSettings = {}) {
  const chart = newChart(settings);
  const { topic } = links(chart);
  const ui = new KafkaUi(chart, 'ui', { kafka: topic.kafka, pod });
  const [deployment] = ofKind(synth(chart), 'Deployment');
  return { chart, ui, template: (deployment as unknown as k8s.KubeDeploymentProps).spec!.template };
}

describe('pod options', () => {
  test('reach the pods', () => {
    const { template, chart } = makeUi(ALL);
    expect(template.metadata).toMatchObject({
      labels: { 'app.kubernetes.io/name': 'kafka-ui', 'example.com/team': 'strain' },
      annotations: { 'example.com/note': 'any text: even this' },
    });
    const spec = template.spec!;
    const { nodeSelector, tolerations, affinity, priorityClassName } = ALL;
    expect(spec).toMatchObject({ nodeSelector, tolerations, affinity, priorityClassName });
    expect(spec.serviceAccountName).toBe('kafka-ui');
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(ofKind(synth(chart), 'ServiceAccount')).toMatchObject([
      { metadata: { name: 'kafka-ui', annotations: ALL.serviceAccount.annotations } },
    ]);
    const [main, sidecar] = spec.containers;
    expect(main?.env).toEqual(
      expect.arrayContaining([
        { name: 'PLAIN', value: '1' },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'account', key: 'password' } } },
      ]),
    );
    expect(main?.volumeMounts).toEqual(
      expect.arrayContaining([
        { name: 'secret-0', mountPath: '/mnt/tls', readOnly: true },
        { name: 'rules', mountPath: '/mnt/rules' },
      ]),
    );
    expect(sidecar).toMatchObject({
      name: 'exporter',
      image: 'example/exporter:1.2',
      ports: [{ name: 'exporter', containerPort: 9308 }],
      resources: {
        requests: { cpu: '10m', memory: '32Mi' },
        limits: { cpu: '500m', memory: '128Mi' },
      },
      securityContext: { runAsUser: 65534, readOnlyRootFilesystem: true, runAsNonRoot: true },
      volumeMounts: [
        { name: 'rules', mountPath: '/etc/rules' },
        { name: 'cache', mountPath: '/cache' },
      ],
    });
    expect(spec.initContainers).toMatchObject([{ name: 'check', command: ['true'] }]);
    expect(spec.volumes?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['secret-0', 'rules', 'cache']),
    );
  });

  test('are taken by the pods of every construct', () => {
    const chart = newChart();
    const { topic, registry, table } = links(chart);
    const pod: PodOptions = { ...ALL, serviceAccount: { name: 'existing' } };
    const zooKeeper = new ZooKeeper(chart, 'zookeeper', { pod });
    new Kafka(chart, 'kafka-3', { name: 'kafka-3', zooKeeper, pod });
    const kafka = new Kafka(chart, 'kafka', { brokers: 3, pod, controllers: { pod } });
    new SchemaRegistry(chart, 'registry', { kafka, pod });
    const rest = new KafkaRest(chart, 'rest', { kafka, registry, pod });
    new KafkaUi(chart, 'ui', { kafka, pod });
    new LandoopTopicsUi(chart, 'topics-ui', { rest, pod });
    new LandoopSchemaUi(chart, 'schema-ui', { registry, pod });
    new KafkaTopics(chart, 'topics', { kafka, topics: [{ name: 'rows', partitions: 1 }], pod });
    new StrainProducer(chart, 'producer', { topic, registry, schemas: producerSchemas(chart), pod });
    const tables = [table()];
    const cluster = new FlinkSessionCluster(chart, 'flink', { tables, pod });
    const script = 'INSERT INTO blackhole SELECT * FROM rows';
    new FlinkSqlJob(chart, 'session', { cluster, name: 'one', script, tables, submission: { pod } });
    const storage = FlinkStorage.existingClaim('states');
    new FlinkSqlJob(chart, 'application', {
      application: { storage, pod },
      name: 'two',
      script,
      tables,
    });
    const pods = workloads(synth(chart));
    expect(pods).toHaveLength(17);
    for (const { object, pod: it } of pods) {
      const where = `${object.kind}/${object.metadata.name}`;
      const spec = it as unknown as k8s.PodSpec;
      const names = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
      expect([where, spec.nodeSelector, spec.serviceAccountName, names, spec.containers[0]?.env]).toEqual([
        where,
        ALL.nodeSelector,
        'existing',
        expect.arrayContaining(['check', 'exporter']),
        expect.arrayContaining([{ name: 'PLAIN', value: '1' }]),
      ]);
    }
    // The account and the namespace are not the chart's.
    const broken = HARDENING.filter(({ name }) => !/account|namespace/.test(name)).flatMap(({ check }) =>
      check(synth(chart)),
    );
    expect(broken).toEqual([]);
  });

  test('a sidecar of a Job ends with its main container, as an init container that goes on', () => {
    const chart = newChart();
    const { topic } = links(chart);
    new KafkaTopics(chart, 'topics', { kafka: topic.kafka, topics: [{ name: 'rows' }], pod: ALL });
    const [job] = workloads(synth(chart));
    expect(job?.pod.containers).toHaveLength(1);
    expect(job?.pod.initContainers).toMatchObject([
      { name: 'check' },
      { name: 'exporter', restartPolicy: 'Always' },
    ]);
    expect(job?.pod.initContainers?.[0]).not.toHaveProperty('restartPolicy');
  });

  test('of a whole stack are joined with those of a construct, which come first', () => {
    const pods = {
      nodeSelector: { zone: 'a', disk: 'hdd' },
      tolerations: [{ key: 'spot', operator: 'Exists' }],
      priorityClassName: 'usual',
      labels: { team: 'strain' },
    };
    const { template } = makeUi(
      { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'ui', operator: 'Exists' }] },
      { pods },
    );
    expect(template.spec).toMatchObject({
      nodeSelector: { zone: 'a', disk: 'ssd' },
      tolerations: [
        { key: 'ui', operator: 'Exists' },
        { key: 'spot', operator: 'Exists' },
      ],
      priorityClassName: 'usual',
    });
    expect(template.metadata?.labels).toMatchObject({ team: 'strain' });
  });

  test('the pods of a Flink cluster share one account, which has the rights of high availability', () => {
    const chart = newChart();
    new FlinkSessionCluster(chart, 'flink', {
      highAvailability: true,
      storage: FlinkStorage.s3('s3://states/flink'),
      pod: { serviceAccount: ALL.serviceAccount },
    });
    const objects = synth(chart);
    expect(ofKind(objects, 'ServiceAccount')).toMatchObject([
      { metadata: { name: 'flink-jobmanager', annotations: ALL.serviceAccount.annotations } },
    ]);
    const accounts = workloads(objects).map(({ pod }) => (pod as unknown as k8s.PodSpec).serviceAccountName);
    expect(accounts).toEqual(['flink-jobmanager', 'flink-jobmanager', 'flink-jobmanager']);
  });

  test.each<[string, PodOptions, string]>([
    [
      'a variable that the construct sets',
      { env: { JAVA_OPTS: '-Xmx1g' } },
      'pod.env.JAVA_OPTS is "given a second time"',
    ],
    [
      'a label that the construct sets',
      { labels: { 'app.kubernetes.io/name': 'x' } },
      `pod.labels['app.kubernetes.io/name'] is "x"; allowed: labels that the construct does not set itself`,
    ],
    [
      'a label with a value that is none',
      { labels: { team: 'a b' } },
      'pod.labels[\'team\'] is "a b"; allowed: at most 63 letters',
    ],
    [
      'an annotation with a name that is none',
      { annotations: { 'a b': 'x' } },
      'pod.annotations is "a b"; allowed: names of at most 63',
    ],
    [
      'a volume that the pod has',
      { volumes: [{ name: 'tmp', emptyDir: {} }] },
      'pod.volumes[0].name is "tmp"; allowed: lowercase letters, digits and `-`, and none of the pod\'s other volumes: tmp',
    ],
    [
      'a field that the library does not know',
      { volumes: [{ name: 'rules', image: { reference: 'example/rules:1' } } as k8s.Volume] },
      'pod.volumes[0].image.reference is "example/rules:1"; allowed: the fields of Kubernetes 1.27',
    ],
    [
      'a source of a variable that the library does not know',
      { env: { KEY: { fileKeyRef: { key: 'key', path: 'file' } } as k8s.EnvVarSource } },
      'container ui: env.KEY.fileKeyRef.key is "key"; allowed: the fields of Kubernetes 1.27',
    ],
    [
      'a mount of a volume that is not there',
      { volumes: [{ name: 'rules', emptyDir: {} }], mounts: [{ name: 'rule', mountPath: '/mnt/rules' }] },
      'pod.mounts[0].name is "rule"; allowed: a volume of the pod: tmp, rules. Add it to pod.volumes, or correct the name. Did you mean "rules"?',
    ],
    [
      'a mount over one of the construct',
      { volumes: [{ name: 'rules', emptyDir: {} }], mounts: [{ name: 'rules', mountPath: '/tmp' }] },
      'pod.mounts[0].mountPath is "/tmp"; allowed: an absolute path',
    ],
    [
      'a sidecar with the name of the main container',
      { sidecars: [{ name: 'ui', image: 'example/x:1' }] },
      'pod.sidecars[0].name is "ui"; allowed: lowercase letters, digits and `-`, and none of the pod\'s other containers: ui',
    ],
    [
      'a sidecar that runs as root',
      { sidecars: [{ name: 'x', image: 'example/x:1', uid: 0 }] },
      'pod.sidecars[0].uid is 0; allowed: a user that is not root',
    ],
    [
      'a sidecar whose request is above the default limit',
      { sidecars: [{ name: 'x', image: 'example/x:1', resources: { memoryRequest: Size.gibibytes(1) } }] },
      'container x: resources.memoryRequest is "1024Mi"; allowed: at most container x: resources.memoryLimit, 128Mi',
    ],
    [
      'an account that is made and exists',
      { serviceAccount: { name: 'x', annotations: {} } },
      'pod.serviceAccount is "name and annotations"; allowed: exactly one of the two',
    ],
  ])('refuse %s', (_, pod, message) => {
    expect(() => makeUi(pod)).toThrow(`test/ui: ${message}`);
  });

  test('take resources of their own for each container', () => {
    const resources = { cpuLimit: Cpu.units(1), memoryLimit: Size.mebibytes(256) };
    const { template } = makeUi({ sidecars: [{ name: 'x', image: 'example/x:1', resources }] });
    expect(template.spec?.containers[1]?.resources?.limits).toMatchObject({ cpu: '1', memory: '256Mi' });
  });
});
