import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { BottleSource, StrainProducer, type StrainProducerProps } from '../../constructs/index';
import { ofKind, type PodSpec } from '../rules/model';
import { links, newChart, producerSchemas, synth } from './support';

interface Job {
  metadata: { name: string };
  spec: {
    backoffLimit: number;
    backoffLimitPerIndex?: number;
    completions?: number;
    parallelism?: number;
    completionMode?: string;
    ttlSecondsAfterFinished: number;
    podFailurePolicy: { rules: { action: string; onExitCodes?: { values: number[] } }[] };
    template: { spec: PodSpec };
  };
}

function make(props: Partial<StrainProducerProps> = {}, settings = {}) {
  const chart = newChart(settings);
  const { topic, registry } = links(chart);
  const schemas = producerSchemas(chart);
  const producer = new StrainProducer(chart, 'producer', { topic, registry, schemas, ...props });
  const [job] = ofKind(synth(chart), 'Job') as unknown as Job[];
  if (!job) throw new Error('there is no Job');
  const [container] = job.spec.template.spec.containers;
  return { chart, producer, job, pod: job.spec.template.spec, args: container?.args, container };
}

describe('StrainProducer', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    const { chart } = make({
      source: BottleSource.claim('bottles', '2021/B009', '2021/B018'),
      args: ['--strict'],
      workers: 4,
      waitsFor: Duration.minutes(1),
      retries: 1,
      ttl: Duration.hours(1),
      resources: {
        cpuRequest: Cpu.millis(200),
        cpuLimit: Cpu.units(2),
        memoryRequest: Size.mebibytes(200),
        memoryLimit: Size.mebibytes(500),
      },
      image: 'example/producer:2',
      name: 'ingest',
    });
    expect(synth(chart)).toMatchSnapshot();
  });

  test('defaults', () => {
    const { producer, job, args } = make();
    expect(producer.source).toEqual({ kind: 'samples' });
    expect(producer.workers).toBe(1);
    expect(producer.retries).toBe(4);
    expect(job.spec.backoffLimit).toBe(4);
    // A Job that is gone would publish again.
    expect(job.spec.ttlSecondsAfterFinished).toBeUndefined();
    expect(args).toEqual(['produce', '--topic', 'rows', '--wait', '300']);
    expect(producer.image).toBe('kafka-flink-cluster/strain-producer:0.1.0');
    expect(job.metadata.name).toMatch(/^strain-producer-[0-9a-f]{10}$/);
    expect(producer.jobName).toBe(job.metadata.name);
  });

  test('gets its addresses from the links', () => {
    expect(make().container?.env).toEqual([
      { name: 'BOOTSTRAP_SERVERS', value: 'kafka.example:9092' },
      { name: 'SCHEMA_REGISTRY_URL', value: 'http://registry.example:8081' },
      { name: 'AVRO_SCHEMAS_ROOT', value: '/avro_schemas' },
    ]);
  });

  test('the same content makes the same Job, other content makes another', () => {
    const name = (props?: Partial<StrainProducerProps>) => make(props).job.metadata.name;
    expect(name()).toBe(name());
    const others = [
      name({ args: ['--strict'] }),
      name({ source: BottleSource.claim('bottles') }),
      name({ source: BottleSource.image('example/bottles:1') }),
      name({ source: BottleSource.image('example/bottles:2') }),
      name({ image: 'example/producer:2' }),
    ];
    expect(new Set([name(), ...others]).size).toBe(6);
  });

  test('damaged input and wrong usage are never retried, and a node drain does not count as a failure', () => {
    expect(make().job.spec.podFailurePolicy.rules).toMatchObject([
      { action: 'FailJob', onExitCodes: { values: [2, 3] } },
      { action: 'Ignore' },
    ]);
    expect(make().pod.restartPolicy).toBe('Never');
  });

  test('a claim is mounted read-only, and everything in it is published unless paths are given', () => {
    const { pod, args, container } = make({ source: BottleSource.claim('bottles') });
    expect(pod.volumes).toContainEqual({
      name: 'bottles',
      persistentVolumeClaim: { claimName: 'bottles', readOnly: true },
    });
    expect(container?.volumeMounts).toContainEqual({
      name: 'bottles',
      mountPath: '/bottles',
      readOnly: true,
    });
    expect(args?.slice(5)).toEqual(['/bottles']);
    expect(make({ source: BottleSource.claim('bottles', 'a', 'b/c') }).args?.slice(5)).toEqual([
      '/bottles/a',
      '/bottles/b/c',
    ]);
  });

  test("the image of an image volume comes from the stack's registry, like every image", () => {
    const source = BottleSource.image('example/bottles:2021', 'B009');
    const { pod, args } = make({ source }, { imageRegistry: 'registry.internal/mirror' });
    expect(pod.volumes).toContainEqual({
      name: 'bottles',
      image: { reference: 'registry.internal/mirror/example/bottles:2021', pullPolicy: 'IfNotPresent' },
    });
    expect(args?.slice(5)).toEqual(['/bottles/B009']);
  });

  test('several workers are an indexed Job, each with a share of the stations, and damage fails only its share', () => {
    const { job, args, container } = make({ workers: 3 });
    expect(job.spec).toMatchObject({
      completionMode: 'Indexed',
      completions: 3,
      parallelism: 3,
      backoffLimitPerIndex: 4,
    });
    expect(job.spec.podFailurePolicy.rules[0]?.action).toBe('FailIndex');
    expect(args).toEqual(['produce', '--topic', 'rows', '--wait', '300', '--share', '$(WORKER_INDEX)/3']);
    expect(container?.env).toContainEqual({
      name: 'WORKER_INDEX',
      valueFrom: {
        fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" },
      },
    });
  });

  test.each<[string, Partial<StrainProducerProps>, string]>([
    ['no workers', { workers: 0 }, 'test/producer: workers is 0; allowed: a whole number, 1 to 1000'],
    ['negative retries', { retries: -1 }, 'retries is -1'],
    [
      'a path outside of the claim',
      { source: BottleSource.claim('b', '../x') },
      'source.paths is "../x"; allowed: paths in the claim',
    ],
    [
      'an absolute path',
      { source: BottleSource.image('e/b:1', '/x') },
      'source.paths is "/x"; allowed: paths in the image',
    ],
    ['an image that is not pinned', { source: BottleSource.image('e/b') }, 'image is "e/b"'],
    [
      'a request above the limit',
      { resources: { memoryLimit: Size.mebibytes(32) } },
      'resources.memoryRequest is "48Mi"',
    ],
  ])('throws on %s', (_, props, message) => {
    expect(() => make(props)).toThrow(message);
  });
});
