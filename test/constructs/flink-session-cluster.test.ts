import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  Access,
  FlinkSessionCluster,
  FlinkStorage,
  networkEdges,
  type FlinkSessionClusterProps,
} from '../../constructs/index';
import { findings } from '../rules';
import { ofKind, type KubeObject, type ServiceSpec } from '../rules/model';
import { make } from './flink/cluster';
import { links, newChart, objectOf, synth } from './support';

const STORAGE = FlinkStorage.claim(Size.gibibytes(1));

/** Resources as in the props, each different from the default. */
const RESOURCES = {
  cpuRequest: Cpu.millis(300),
  cpuLimit: Cpu.units(3),
  memoryRequest: Size.mebibytes(1500),
  memoryLimit: Size.gibibytes(3),
};

const hashOf = (objects: KubeObject[], name: string) =>
  JSON.stringify(
    (
      ofKind(objects, 'Deployment').find(({ metadata }) => metadata.name === name)?.spec?.template as {
        metadata: unknown;
      }
    ).metadata,
  );

describe('FlinkSessionCluster', () => {
  test('required props only', () => {
    expect(make().objects).toMatchSnapshot();
  });

  test('all props', () => {
    const chart = newChart();
    const props: Required<FlinkSessionClusterProps> = {
      tables: [links(chart).table()],
      jobManager: {
        replicas: 2,
        memory: { process: Size.mebibytes(1600) },
        resources: RESOURCES,
        access: Access.nodePort(30083),
        pod: { tolerations: [{ key: 'spot', operator: 'Exists' }] },
      },
      taskManager: {
        replicas: 3,
        taskSlots: 4,
        memory: { process: Size.mebibytes(1728) },
        resources: RESOURCES,
        localStorage: { size: Size.gibibytes(9), storageClass: 'local' },
        pod: { env: { EXAMPLE: '2' } },
      },
      sqlClient: {
        heap: Size.mebibytes(300),
        resources: RESOURCES,
        init: "SET 'a' = 'b';",
        pod: { labels: { team: 'sql' } },
      },
      pod: {
        nodeSelector: { disk: 'ssd' },
        serviceAccount: { annotations: { 'example.com/role': 'flink' } },
      },
      highAvailability: true,
      storage: FlinkStorage.claim(Size.gibibytes(20), { storageClass: 'shared' }),
      checkpointInterval: Duration.minutes(1),
      stateBackend: 'rocksdb',
      parallelism: 6,
      connectors: ['kafka', 'avro-confluent', 'jdbc'],
      flinkOptions: { 'table.exec.mini-batch.enabled': true },
      image: 'example/flink:9',
      name: 'streams',
    };
    new FlinkSessionCluster(chart, 'flink', props);
    expect(synth(chart)).toMatchSnapshot();
  });

  test('has the names of the original demo', () => {
    const { objects } = make();
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names.filter((name) => !name.startsWith('NetworkPolicy/'))).toEqual([
      'ConfigMap/flink-jobmanager-config',
      'Deployment/flink-jobmanager',
      'Service/flink-jobmanager',
      'ConfigMap/flink-taskmanager-config',
      'Deployment/flink-taskmanager',
      'ConfigMap/flink-sql-client-config',
      'ConfigMap/flink-sql-client-sql',
      'Deployment/flink-sql-client',
      'Service/flink-sql-client',
    ]);
  });

  test('defaults', () => {
    const { flink, config } = make();
    expect(flink).toMatchObject({
      name: 'flink',
      image: 'kafka-flink-cluster/flink:2.3.0',
      connectors: ['kafka', 'avro-confluent'],
      tables: [],
      highAvailability: false,
      stateBackend: 'hashmap',
      parallelism: 1,
      storage: undefined,
      restUrl: 'http://flink-jobmanager:8081',
      gatewayUrl: 'http://flink-sql-client:8084',
    });
    expect(flink.checkpointInterval.toSeconds()).toBe(10);
    expect([flink.jobManager.replicas, flink.taskManager.replicas, flink.taskManager.taskSlots]).toEqual([
      1, 1, 2,
    ]);
    expect(flink.sqlClient.heap.toMebibytes()).toBe(256);
    expect(config('jobmanager')).toMatchObject({
      'jobmanager.memory.process.size': '640m',
      'parallelism.default': 1,
    });
    expect(config('taskmanager')).toMatchObject({
      'taskmanager.memory.process.size': '1g',
      'taskmanager.numberOfTaskSlots': 2,
    });
    expect(config('jobmanager')).not.toHaveProperty(['execution.checkpointing.dir']);
  });

  test('default: a container requests 40% of the process size and is limited to 110%', () => {
    const { flink } = make({ taskManager: { memory: { process: Size.mebibytes(2000) } } });
    expect(flink.taskManager.resources.memoryRequest.toMebibytes()).toBe(800);
    expect(flink.taskManager.resources.memoryLimit.toMebibytes()).toBe(2200);
  });

  test.each([
    ['with defaults', {}],
    [
      'with all options',
      { highAvailability: true, storage: STORAGE, jobManager: { replicas: 2 }, taskManager: { replicas: 2 } },
    ],
  ])('keeps the rules of every chart %s', (_, props) => {
    // The namespace of the chart.
    const broken = Object.keys(findings(make(props).objects)).filter((rule) => !rule.includes('namespace'));
    expect(broken).toEqual([]);
  });

  test('runs the scripts of Flink with a read-only configuration', () => {
    const { pod } = make();
    const [container] = pod('flink-jobmanager').containers;
    expect(container?.command).toEqual(['/opt/flink/bin/jobmanager.sh', 'start-foreground']);
    expect(container?.volumeMounts).toContainEqual({
      name: 'conf',
      mountPath: '/opt/flink/conf',
      readOnly: true,
    });
    expect(container?.env).toContainEqual({ name: 'FLINK_CONF_DIR', value: '/opt/flink/conf' });
    expect(Object.keys(objectOf(make().chart, 'ConfigMap', 'flink-jobmanager-config').data ?? {})).toEqual([
      'config.yaml',
      'log4j-cli.properties',
      'log4j-console.properties',
      'log4j.properties',
    ]);
  });

  test('every port is fixed and declared, including metrics for Prometheus', () => {
    const { config, pod } = make();
    expect(config('taskmanager')).toMatchObject({
      'taskmanager.rpc.port': 6122,
      'taskmanager.data.port': 6121,
      'metrics.internal.query-service.port': 6126,
      'metrics.reporter.prom.port': 9249,
    });
    const ports = (name: string) =>
      pod(name).containers[0]?.ports?.map((port) => [port.name, port.containerPort]);
    expect(ports('flink-jobmanager')).toEqual([
      ['rest', 8081],
      ['rpc', 6123],
      ['blob', 6124],
      ['metrics-query', 6126],
      ['metrics', 9249],
    ]);
    expect(ports('flink-taskmanager')).toEqual([
      ['rpc', 6122],
      ['data', 6121],
      ['metrics-query', 6126],
      ['metrics', 9249],
    ]);
  });

  test('high availability: only JobManagers and TaskManagers get a token, and each JobManager has its own address', () => {
    const { pod, config, objects } = make({ highAvailability: true, storage: STORAGE });
    expect(config('jobmanager')).toMatchObject({
      'high-availability.type': 'kubernetes',
      'high-availability.storageDir': 'file:///flink-state/high-availability',
      'kubernetes.cluster-id': 'flink',
    });
    expect(config('sql-client')).not.toHaveProperty(['high-availability.type']);
    const token = (name: string) => pod(name).automountServiceAccountToken;
    expect([token('flink-jobmanager'), token('flink-taskmanager'), token('flink-sql-client')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(pod('flink-jobmanager').containers[0]?.command).toEqual([
      '/opt/flink/bin/jobmanager.sh',
      'start-foreground',
      '$(POD_IP)',
      '-D',
      'kubernetes.namespace=$(POD_NAMESPACE)',
    ]);
    const [role] = ofKind(objects, 'Role');
    expect(role?.rules).toEqual([
      { apiGroups: [''], resources: ['configmaps'], verbs: expect.any(Array) as string[] },
    ]);
  });

  test('default: no token', () => {
    expect(ofKind(make().objects, 'ServiceAccount', 'Role', 'RoleBinding')).toEqual([]);
  });

  test('opens only the dashboard of the JobManager to the host, on 8083', () => {
    const ui = objectOf(
      make({ jobManager: { access: Access.nodePort(30083) } }).chart,
      'Service',
      'flink-jobmanager-ui',
    );
    const { type, ports } = ui.spec as unknown as ServiceSpec;
    expect(type).toBe('NodePort');
    expect(ports).toEqual([{ name: 'ui', port: 8083, targetPort: 'rest', protocol: 'TCP', nodePort: 30083 }]);
    expect(make().objects.some(({ metadata }) => metadata.name === 'flink-jobmanager-ui')).toBe(false);
  });

  test('the SQL prompt has the tables, and the cluster is linked to their Kafka and registry', () => {
    const chart = newChart();
    const table = links(chart).table();
    const flink = new FlinkSessionCluster(chart, 'flink', {
      tables: [table],
      sqlClient: { init: 'SHOW TABLES;' },
    });
    const init = objectOf(chart, 'ConfigMap', 'flink-sql-client-sql').data?.['init.sql'];
    expect(init).toBe(
      `SET 'sql-client.execution.result-mode' = 'tableau';\n\n${table.ddl};\n\nSHOW TABLES;\n`,
    );
    const external = networkEdges(flink)
      .filter(({ to }) => to.kind === 'external')
      .map(({ from, to }) => [from.name, to.ports[0]]);
    expect(external).toEqual([
      ['flink-jobmanager', 9092],
      ['flink-taskmanager', 9092],
      ['flink-taskmanager', 8081],
    ]);
  });

  test('a change rolls only the kind of pod that it affects', () => {
    const before = make().objects;
    const changed = (props: FlinkSessionClusterProps) => {
      const after = make(props).objects;
      return ['flink-jobmanager', 'flink-taskmanager', 'flink-sql-client'].filter(
        (name) => hashOf(before, name) !== hashOf(after, name),
      );
    };
    expect(changed({ taskManager: { taskSlots: 4 } })).toEqual(['flink-taskmanager']);
    expect(changed({ jobManager: { memory: { process: Size.mebibytes(1600) } } })).toEqual([
      'flink-jobmanager',
    ]);
    expect(changed({ sqlClient: { init: 'SHOW TABLES;' } })).toEqual(['flink-sql-client']);
    expect(changed({ flinkOptions: { 'pipeline.object-reuse': true } })).toHaveLength(3);
  });
});
