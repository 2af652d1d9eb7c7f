import { Size } from 'cdk8s';
import { Kafka, Storage } from '../../../constructs/index';
import { ofKind, type PodSpec } from '../../rules/model';
import { brokenRules, newChart, objectOf, synth } from '../support';

interface StatefulSet {
  spec: {
    persistentVolumeClaimRetentionPolicy?: Record<string, string>;
    volumeClaimTemplates?: { spec: Record<string, unknown> }[];
    template: { spec: PodSpec };
  };
}

function make(storage: Storage, settings = {}, brokers = 1) {
  const chart = newChart(settings);
  new Kafka(chart, 'kafka', { storage, brokers, controllers: { count: 0 } });
  return { chart, spec: objectOf<StatefulSet>(chart, 'StatefulSet', 'kafka-broker').spec };
}

test('a claim is kept when the StatefulSet goes, and has the class of the cluster', () => {
  const { spec } = make(Storage.claim(Size.gibibytes(8)));
  expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
  expect(spec.volumeClaimTemplates?.[0]?.spec).toEqual({
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '8Gi' } },
  });
});

test('a claim that is not retained goes with the StatefulSet, not with a pod less', () => {
  const { spec } = make(Storage.claim(Size.gibibytes(8), { retain: false }));
  expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Delete', whenScaled: 'Retain' });
});

test('an emptyDir has its limit, and there is no claim', () => {
  const { spec } = make(Storage.emptyDir(Size.gibibytes(1)));
  expect(spec.volumeClaimTemplates).toBeUndefined();
  expect(spec.template.spec.volumes).toContainEqual({ name: 'data', emptyDir: { sizeLimit: '1Gi' } });
});

test("a folder of the only node is a volume, bound to each pod's claim: the pods themselves mount no path", () => {
  const { chart, spec } = make(Storage.hostPath('/data/', Size.gibibytes(8)), { multiNode: false }, 3);
  expect(ofKind(synth(chart), 'PersistentVolume').map((it) => it.spec)).toMatchObject(
    [0, 1, 2].map((i) => ({
      hostPath: { path: `/data/kafka-broker-${i}`, type: 'DirectoryOrCreate' },
      claimRef: { namespace: 'test', name: `data-kafka-broker-${i}` },
      persistentVolumeReclaimPolicy: 'Retain',
    })),
  );
  expect(spec.volumeClaimTemplates?.[0]?.spec).toMatchObject({ storageClassName: '' });
  expect(JSON.stringify(spec)).not.toContain('hostPath');
  expect(brokenRules(chart)).toEqual({});
});

test.each(['data', '/data/../etc'])('throws if the folder of the node is %p', (path) => {
  expect(() => make(Storage.hostPath(path, Size.gibibytes(8)), { multiNode: false })).toThrow(
    `test/kafka: storage.path is "${path}"; allowed: an absolute path without \`..\`. ` +
      'Give the folder of the node in full, for example /var/lib/kafka.',
  );
});

test('throws if there can be several nodes', () => {
  expect(() => make(Storage.hostPath('/data', Size.gibibytes(8)))).toThrow(
    'test/kafka: storage is "hostPath /data"; allowed: a claim, as pods can land on several nodes.',
  );
});
