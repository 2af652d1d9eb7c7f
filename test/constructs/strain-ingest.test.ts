import { Duration, Size } from 'cdk8s';
import { IngestSource, networkEdges, StrainIngest, type StrainIngestProps } from '../../constructs/index';
import type { PodSpec } from '../rules/model';
import { links, newChart, objectOf, producerSchemas, synth } from './support';

interface StatefulSet {
  spec: { replicas: number; template: { spec: PodSpec } };
}

const CLAIM = IngestSource.claim('incoming');
const BUCKET = IngestSource.s3('s3://bottles/2026', {
  endpoint: 'http://minio.storage.svc:9000',
  credentials: { secretName: 'minio' },
});

function make(props: Partial<StrainIngestProps> = {}) {
  const chart = newChart();
  const { topic, registry } = links(chart);
  const schemas = producerSchemas(chart);
  new StrainIngest(chart, 'ingest', { topic, registry, schemas, sources: [CLAIM], ...props });
  const { spec } = objectOf<StatefulSet>(chart, 'StatefulSet', props.name ?? 'strain-ingest');
  const pod = spec.template.spec;
  const container = pod.containers[0]!;
  return { chart, spec, pod, container, args: container.args ?? [] };
}

const servers = (props: Partial<StrainIngestProps>): string[] =>
  networkEdges(make(props).chart).flatMap(({ to }) => (to.kind === 'external' ? [to.name] : []));

describe('StrainIngest', () => {
  test('required props only', () => {
    expect(synth(make().chart)).toMatchSnapshot();
  });

  test('all props', () => {
    const { chart } = make({
      sources: [CLAIM, IngestSource.http('https://archive.example.org/bottles/'), BUCKET],
      args: ['--settle', '5'],
      workers: 3,
      waitsFor: Duration.minutes(1),
      temporaryStorage: Size.gibibytes(4),
      resources: { memoryLimit: Size.mebibytes(500) },
      image: 'example/producer:2',
      name: 'live',
    });
    expect(synth(chart)).toMatchSnapshot();
  });

  test('each pod takes its share of the stations by its number, a single one takes all', () => {
    const { args, container, spec } = make({ workers: 3 });
    expect(spec.replicas).toBe(3);
    expect(args.join(' ')).toContain('--share $(WORKER_INDEX)/3');
    expect(container.env).toContainEqual({
      name: 'WORKER_INDEX',
      valueFrom: { fieldRef: { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" } },
    });
    expect(make().args).not.toContain('--share');
  });

  test('folders of a claim are watched, or all of it, mounted read-only', () => {
    expect(make().args.at(-1)).toBe('/bottles/0');
    const sources = [CLAIM, IngestSource.claim('other', '2025', '2026/B009')];
    const { args, container } = make({ sources });
    expect(args.slice(-3)).toEqual(['/bottles/0', '/bottles/1/2025', '/bottles/1/2026/B009']);
    expect(container.volumeMounts).toContainEqual({
      name: 'bottles-1',
      mountPath: '/bottles/1',
      readOnly: true,
    });
  });

  test('the credentials of a store come from its Secret, and no other address is opened', () => {
    const { container } = make({ sources: [BUCKET] });
    expect(container.env).toEqual(
      expect.arrayContaining([
        { name: 'AWS_ENDPOINT_URL_S3', value: 'http://minio.storage.svc:9000' },
        { name: 'AWS_REGION', value: 'us-east-1' },
        { name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'minio', key: 'access-key' } } },
        { name: 'AWS_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 'minio', key: 'secret-key' } } },
      ]),
    );
    expect(servers({ sources: [BUCKET] })).toContain('Object store');
    expect(servers({})).not.toContain('Object store');
    expect(servers({ sources: [IngestSource.http('http://archive.example.org/')] })).toContain(
      'Archive server',
    );
  });

  test.each<[string, Partial<StrainIngestProps>, string]>([
    ['no sources', { sources: [] }, 'test/ingest: sources is []; allowed: at least one source'],
    ['no workers', { workers: 0 }, 'workers is 0; allowed: a whole number, 1 to 1000'],
    [
      'a folder outside of the claim',
      { sources: [IngestSource.claim('b', '../x')] },
      'sources[0].folders is "../x"; allowed: paths in the claim',
    ],
    [
      'an address that is none',
      { sources: [CLAIM, IngestSource.http('archive.example.org')] },
      'sources[1].url is "archive.example.org"',
    ],
    ['a bucket of another kind', { sources: [IngestSource.s3('gs://b/x')] }, 'sources[0].url is "gs://b/x"'],
    [
      'two stores',
      { sources: [BUCKET, IngestSource.s3('s3://other')] },
      'sources[1] is "another endpoint, region or credentials"; allowed: those of sources[0]',
    ],
  ])('throws on %s', (_, props, message) => {
    expect(() => make(props)).toThrow(message);
  });

  test('a password in an address is refused, and not repeated', () => {
    const sources = [IngestSource.http('https://me:geheim@archive.example.org/')];
    expect(() => make({ sources })).toThrow('sources[0].url is "https://…@archive.example.org/"');
    expect(() => make({ sources })).not.toThrow('geheim');
  });
});
