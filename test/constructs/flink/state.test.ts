/** Where a session cluster keeps its state, and how many TaskManagers work on it. */
import { Size } from 'cdk8s';
import { FlinkStorage, type FlinkSessionClusterProps, type StackSettings } from '../../../constructs/index';
import { named, ofKind, type EnvVar } from '../../rules/model';
import { objectOf } from '../support';
import { make } from './cluster';

const STORAGE = FlinkStorage.claim(Size.gibibytes(1));

describe('the state of FlinkSessionCluster', () => {
  test('a shared volume is ReadWriteMany if the stack can have several nodes, otherwise ReadWriteOnce', () => {
    const modes = (settings: StackSettings) =>
      objectOf(make({ storage: STORAGE }, settings).chart, 'PersistentVolumeClaim', 'flink-jobmanager-state')
        .spec?.accessModes;
    expect(modes({})).toEqual(['ReadWriteMany']);
    expect(modes({ multiNode: false })).toEqual(['ReadWriteOnce']);
  });

  test('default: with RocksDB each pod has a volume that is created and deleted with it, with the heap it has none', () => {
    const local = (props: FlinkSessionClusterProps) =>
      make(props)
        .pod('flink-taskmanager')
        .volumes?.find(({ name }) => name === 'local')?.ephemeral?.volumeClaimTemplate.spec.resources;
    expect(local({})).toBeUndefined();
    expect(local({ stateBackend: 'rocksdb' })).toEqual({ requests: { storage: '10Gi' } });
    expect(local({ taskManager: { localStorage: { size: Size.gibibytes(3) } } })).toEqual({
      requests: { storage: '3Gi' },
    });
    expect(make({ stateBackend: 'rocksdb' }).config('taskmanager')).toMatchObject({
      'io.tmp.dirs': '/flink-local',
    });
    expect(make({ stateBackend: 'rocksdb' }).config('jobmanager')).toMatchObject({ 'io.tmp.dirs': '/tmp' });
  });

  test('autoscaling: the number of TaskManagers is left to the autoscaler, and jobs adapt to it', () => {
    const { objects, config, flink } = make({ taskManager: { autoscaling: { maxReplicas: 4 } } });
    expect(named(objects, 'HorizontalPodAutoscaler', 'flink-taskmanager')?.spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'flink-taskmanager' },
      minReplicas: 1,
      maxReplicas: 4,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
    });
    expect(named(objects, 'Deployment', 'flink-taskmanager')?.spec).not.toHaveProperty('replicas');
    expect(named(objects, 'PodDisruptionBudget', 'flink-taskmanager')).toBeDefined();
    expect(config('jobmanager')).toMatchObject({ 'jobmanager.scheduler': 'adaptive' });
    expect(flink.taskManager.replicas).toBe(4);
  });

  test('S3: options, credentials from the Secret, and a way out to the store only', () => {
    const endpoint = 'http://minio.storage.svc:9000';
    const credentials = { secretName: 'minio', accessKey: 'user', secretKey: 'password' };
    const { objects, config, pod } = make({
      highAvailability: true,
      storage: FlinkStorage.s3('s3://states/flink/', { endpoint, credentials }),
    });
    expect(ofKind(objects, 'PersistentVolumeClaim')).toEqual([]);
    expect(config('taskmanager')).toMatchObject({
      'execution.checkpointing.dir': 's3://states/flink/checkpoints',
      's3.endpoint': endpoint,
      's3.path-style-access': true,
    });
    expect(config('jobmanager')).toMatchObject({
      'execution.checkpointing.savepoint-dir': 's3://states/flink/savepoints',
      'high-availability.storageDir': 's3://states/flink/high-availability',
    });
    const store = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'storage' } } };
    for (const part of ['jobmanager', 'taskmanager']) {
      const env: EnvVar[] = pod(`flink-${part}`).containers[0]?.env ?? [];
      expect(env.filter(({ name }) => name.startsWith('AWS_'))).toEqual([
        { name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'minio', key: 'user' } } },
        { name: 'AWS_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 'minio', key: 'password' } } },
      ]);
      expect(named(objects, 'NetworkPolicy', `flink-${part}`)?.spec).toMatchObject({
        egress: expect.arrayContaining([
          { to: [{ ...store, podSelector: {} }], ports: [{ protocol: 'TCP', port: 9000 }] },
        ]) as unknown,
      });
    }
    expect(JSON.stringify(pod('flink-sql-client'))).not.toContain('AWS_');
  });

  test("S3: Amazon's own store with the identity of the pods", () => {
    const { config, pod } = make({ storage: FlinkStorage.s3('s3://states/flink', { region: 'eu-west-1' }) });
    expect(config('jobmanager')).toMatchObject({ 's3.region': 'eu-west-1', 's3.path-style-access': false });
    expect(config('jobmanager')).not.toHaveProperty('s3.endpoint');
    expect(JSON.stringify(pod('flink-jobmanager'))).not.toContain('AWS_');
  });

  test('an object store and an existing claim make no volume', () => {
    const url = make({ storage: FlinkStorage.url('gs://bucket/flink/') });
    expect(url.config('jobmanager')).toMatchObject({
      'execution.checkpointing.dir': 'gs://bucket/flink/checkpoints',
    });
    const claim = make({ storage: FlinkStorage.existingClaim('states') });
    expect(claim.pod('flink-taskmanager').volumes).toContainEqual({
      name: 'state',
      persistentVolumeClaim: { claimName: 'states' },
    });
    for (const { objects } of [url, claim]) expect(ofKind(objects, 'PersistentVolumeClaim')).toEqual([]);
  });
});
