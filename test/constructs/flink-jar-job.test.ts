import { Size } from 'cdk8s';
import {
  FlinkJarJob,
  FlinkSqlJob,
  FlinkStorage,
  Kafka,
  networkEdges,
  SchemaRegistry,
  Storage,
  type FlinkJarJobProps,
} from '../../constructs/index';
import { named, type PodSpec } from '../rules/model';
import { brokenRules, newChart, synth } from './support';

const REQUIRED: FlinkJarJobProps = {
  name: 'orders',
  jar: '/opt/flink/usrlib/orders.jar',
  application: { image: 'example/orders:1', storage: FlinkStorage.s3('s3://flink-state/jobs') },
};

function make(props: Partial<FlinkJarJobProps> = {}) {
  const chart = newChart();
  const job = new FlinkJarJob(chart, 'job', { ...REQUIRED, ...props });
  return { chart, job, objects: synth(chart) };
}

function container(objects: ReturnType<typeof synth>, part: string) {
  const object = named(objects, 'Deployment', `flink-jar-orders-${part}`);
  const [first] = (object?.spec?.template as { spec: PodSpec }).spec.containers;
  const env = Object.fromEntries((first?.env ?? []).map(({ name, value }) => [name, value]));
  return { command: first?.command, image: first?.image, env };
}

describe('FlinkJarJob', () => {
  test('required props only', () => {
    expect(make().objects).toMatchSnapshot();
  });

  test('defaults', () => {
    const { job, objects } = make();
    expect(job).toMatchObject({ parallelism: 1, savepointPolicy: 'savepoint' });
    const { command, env } = container(objects, 'jobmanager');
    expect(command).toEqual(['bash', '/etc/flink-job/jobmanager.sh']);
    expect(env).not.toHaveProperty('JOB_CLASS');
    const services = job.application.taskManager.workload.edges.map(
      ({ to }) => to.kind === 'external' && to.name,
    );
    expect(services).not.toContain('Kafka');
  });

  test('the JobManager runs the jar of the image with its class and arguments', () => {
    const { objects } = make({ className: 'com.example.Orders', args: ['--topic', 'two words'] });
    const { command, image, env } = container(objects, 'jobmanager');
    expect(image).toBe('example/orders:1');
    expect(command).toEqual(['bash', '/etc/flink-job/jobmanager.sh', '--topic', 'two words']);
    expect(env).toMatchObject({
      JAR: '/opt/flink/usrlib/orders.jar',
      JOB_CLASS: 'com.example.Orders',
      STATE_FOLDER: 's3://flink-state/jobs/jobs/orders',
    });
    expect(env).not.toHaveProperty('SCRIPT');
    expect(container(objects, 'taskmanager').command).toEqual(['bash', '/etc/flink-job/taskmanager.sh']);
  });

  test('everything that makes another job changes the content', () => {
    const content = (props?: Partial<FlinkJarJobProps>) => make(props).job.application.content;
    const contents = [
      content(),
      content({ jar: '/opt/flink/usrlib/other.jar' }),
      content({ className: 'com.example.Orders' }),
      content({ args: ['a'] }),
      content({ savepointPolicy: 'fresh' }),
      content({ application: { ...REQUIRED.application, image: 'example/orders:2' } }),
    ];
    expect(new Set(contents).size).toBe(contents.length);
    expect(content()).toBe(contents[0]);
  });

  test('its pods are linked to the Kafka, the registry and the object store', () => {
    const chart = newChart();
    const kafka = new Kafka(chart, 'kafka', { storage: Storage.emptyDir(Size.gibibytes(1)) });
    const registry = new SchemaRegistry(chart, 'registry', { kafka });
    new FlinkJarJob(chart, 'job', { ...REQUIRED, kafka: [kafka], registries: [registry] });
    const edges = networkEdges(chart).map(
      ({ from, to }) => `${from.name} ${to.kind === 'pods' ? to.workload.name : to.name}`,
    );
    for (const part of ['jobmanager', 'taskmanager']) {
      for (const service of ['kafka-broker', 'kafka-schema-registry', 'Object store']) {
        expect(edges).toContain(`flink-jar-orders-${part} ${service}`);
      }
    }
    expect(brokenRules(chart)).toEqual({});
  });

  test.each<[string, Partial<FlinkJarJobProps>, string]>([
    [
      'a jar that is not a path of the image',
      { jar: 'orders.jar' },
      'jar is "orders.jar"; allowed: the path',
    ],
    [
      'a class that is none',
      { className: 'Orders.java:1' },
      'className is "Orders.java:1"; allowed: the name',
    ],
    ['a name that Kubernetes refuses', { name: 'Orders' }, 'name is "Orders"; allowed: lowercase letters'],
    ['too few task slots', { parallelism: 3 }, 'parallelism is 3; allowed: at most 2, the task slots'],
  ])('refuses %s', (_, props, message) => {
    expect(() => make(props)).toThrow(`test/job: ${message}`);
  });

  test('refuses the name of another job with its own Flink, which would share its state', () => {
    const { chart } = make();
    expect(
      () =>
        new FlinkSqlJob(chart, 'sql', {
          name: 'orders',
          script: 'INSERT INTO sink SELECT 1;',
          application: { storage: FlinkStorage.s3('s3://flink-state/jobs') },
        }),
    ).toThrow(
      'test/sql: name is "orders"; allowed: a name that no other job with its own Flink has; test/job/application has this one',
    );
  });
});
