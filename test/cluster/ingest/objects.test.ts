import { App, Size } from 'cdk8s';
import { ProdChart } from '../../../charts/index';
import { type IngestOptions, ingestObjects } from '../../../cluster/ingest/objects';
import type { KubeObject } from '../../rules/model';
import { findings } from '../../rules';

const DEV: IngestOptions = {
  profile: 'dev',
  namespace: 'kafka-flink-dev',
  batch: 'abc123',
  size: Size.gibibytes(7),
};
const json = (value: unknown) => JSON.stringify(value);

test.each(['dev', 'classic', 'prod'])('%s: the Job reads the batch from the claim', (profile) => {
  const { job } = ingestObjects({ ...DEV, profile });
  expect(job.metadata.name).toMatch(/^strain-producer-[0-9a-f]{10}$/);
  expect(json(job)).toContain('"persistentVolumeClaim":{"claimName":"strain-bottles","readOnly":true}');
  expect(json(job)).toContain('"/bottles/abc123"');
});

test('the same batch is the same Job, another batch is another', () => {
  const name = (batch: string) => ingestObjects({ ...DEV, batch }).job.metadata.name;
  expect(name('abc123')).toBe(name('abc123'));
  expect(name('abc124')).not.toBe(name('abc123'));
});

test('policies allow the producer to reach brokers and registry in prod, too, whose chart has no producer', () => {
  const { policies } = ingestObjects({ ...DEV, profile: 'prod', namespace: 'kafka-flink' });
  const own = (new ProdChart(new App(), 'prod').toJson() as KubeObject[]).filter(
    ({ kind }) => kind === 'NetworkPolicy',
  );
  const added = policies.filter((it) => !own.some((other) => json(other) === json(it)));
  expect(added.map(({ metadata }) => metadata.name).sort()).toEqual([
    'kafka-broker',
    'kafka-schema-registry',
    'strain-producer',
  ]);
});

test('the claim has the requested size and the namespace', () => {
  expect(ingestObjects(DEV).claim).toMatchObject({
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'strain-bottles', namespace: 'kafka-flink-dev' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '7Gi' } } },
  });
});

test('the copying pod is hardened like those of the stack, and ends by itself', () => {
  const { copier } = ingestObjects(DEV);
  expect(copier).toMatchObject({
    spec: { activeDeadlineSeconds: 7200, automountServiceAccountToken: false, restartPolicy: 'Never' },
  });
  const rules = Object.keys(findings([copier as unknown as KubeObject]));
  expect(rules.filter((rule) => /root|capabilit|seccomp|privilege|writable/i.test(rule))).toEqual([]);
});

test('images come from the registry that the manifests name', () => {
  const { copier, job } = ingestObjects({ ...DEV, imageRegistry: 'registry.example/strain' });
  for (const object of [copier, job]) {
    expect(json(object)).toContain(
      '"image":"registry.example/strain/kafka-flink-cluster/strain-producer:0.1.0"',
    );
  }
});

test('a chart of jobs has no producer', () => {
  expect(() => ingestObjects({ ...DEV, profile: 'dev-jobs' })).toThrow('profile dev-jobs has no producer');
});
