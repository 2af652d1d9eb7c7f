/** Where Flink stores checkpoints, savepoints and, with high availability, jobs. */
import type { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { k8s } from '../../imports';
import { checkVolumeSize } from '../common/claim-size';
import type { ExternalEndpoint } from '../common/endpoint';
import type { Environment } from '../common/environment';
import { didYouMean, invalid } from '../common/invalid';
import { formatSize } from '../common/resources';
import { resolveS3, type S3Access } from '../common/s3';
import { stackSettings } from '../common/settings';
import type { Workload } from '../common/workload';

/** Use the functions of `FlinkStorage` to make one. */
export type FlinkStorage =
  | {
      /** A volume that the construct claims. */
      readonly kind: 'claim';
      /** Size of the volume. */
      readonly size: Size;
      /** @default - the default StorageClass of the cluster */
      readonly storageClass?: string;
      /**
       * How many nodes can mount the volume.
       * @default - 'ReadWriteMany', or 'ReadWriteOnce' if the stack has one node
       */
      readonly accessMode?: AccessMode;
    }
  | {
      /** A volume with an existing claim. */
      readonly kind: 'existingClaim';
      /** Name of the PersistentVolumeClaim. */
      readonly claimName: string;
    }
  | ({
      /** A folder of a bucket of S3, or of a store with the same API. */
      readonly kind: 's3';
      /** Address of the folder: `s3://BUCKET/FOLDER`. */
      readonly url: string;
    } & S3Options)
  | {
      /** A folder of another object store. */
      readonly kind: 'url';
      /** Address of the folder. */
      readonly url: string;
    };

/** How Flink reaches a bucket. */
export interface S3Options extends S3Access {
  /**
   * Whether the bucket is in the path of requests, instead of in the name of the host.
   * @default - true with `endpoint`, false without
   */
  readonly pathStyleAccess?: boolean;
}

/** How many nodes can mount a volume: one, or many. */
export type AccessMode = 'ReadWriteOnce' | 'ReadWriteMany';

/** Kinds of storage for Flink. */
export const FlinkStorage = {
  /**
   * A new volume that the JobManagers and TaskManagers share. It is ReadWriteOnce if the stack has one node,
   * and ReadWriteMany otherwise.
   */
  claim: (
    size: Size,
    options: { readonly storageClass?: string; readonly accessMode?: AccessMode } = {},
  ): FlinkStorage => ({ kind: 'claim', size, ...options }),
  /** An existing PersistentVolumeClaim. */
  existingClaim: (claimName: string): FlinkStorage => ({ kind: 'existingClaim', claimName }),
  /**
   * A folder of a bucket of S3, or of a store with the same API (MinIO, Ceph, SeaweedFS): `s3://BUCKET/FOLDER`.
   * The image must have the plugin `flink-s3-fs-native`.
   */
  s3: (url: string, options: S3Options = {}): FlinkStorage => ({ kind: 's3', url, ...options }),
  /**
   * A folder of another object store, for example `gs://bucket/flink`. The image must have the plugin of the
   * file system. Set its options with `flinkOptions`, and its credentials with `pod`.
   */
  url: (url: string): FlinkStorage => ({ kind: 'url', url }),
} as const;

/** The storage as pods and Flink's options use it. */
export interface ResolvedFlinkStorage {
  /** Address of the folder that has all others. */
  readonly root: string;
  /** Address of the folder of checkpoints. */
  readonly checkpoints: string;
  /** Address of the folder of savepoints. */
  readonly savepoints: string;
  /** Address of the folder of jobs, for high availability. */
  readonly highAvailability: string;
  /** Volumes of every pod of the cluster. */
  readonly volumes: readonly k8s.Volume[];
  /** Mounts of every container of the cluster. */
  readonly mounts: readonly k8s.VolumeMount[];
  /** Options of Flink that the file system needs. */
  readonly options: Readonly<Record<string, string>>;
  /** Variables of JobManagers and TaskManagers, such as credentials. */
  readonly env: Environment;
  /** The object store, for links; undefined for a volume, and where the address is not known. */
  readonly endpoint: ExternalEndpoint | undefined;
}

/**
 * Schemes of Flink's file systems (flink.apache.org, "File Systems") that are not a folder of one machine.
 */
const OBJECT_STORES: readonly string[] = [
  's3a',
  's3p',
  'gs',
  'abfs',
  'abfss',
  'wasb',
  'wasbs',
  'oss',
  'hdfs',
  'viewfs',
];

const VOLUME = 'state';

/** Where containers mount the volume. */
const STATE_MOUNT_PATH = '/flink-state';

/** Makes the claim if there is one to make. `workload` gives it its name and labels. */
export function resolveFlinkStorage(
  scope: Construct,
  storage: FlinkStorage,
  workload: Workload,
): ResolvedFlinkStorage {
  switch (storage.kind) {
    case 'claim':
      return onVolume(makeClaim(scope, storage, workload));
    case 'existingClaim':
      return onVolume(storage.claimName);
    case 's3':
      return onS3(scope, storage);
    case 'url': {
      const [, scheme = ''] = /^([a-z][a-z0-9+.-]*):\/\/[^/\s]+\S*$/.exec(storage.url) ?? [];
      if (scheme === 's3') {
        invalid(scope, {
          property: 'storage',
          got: `FlinkStorage.url('${storage.url}')`,
          allowed: 'FlinkStorage.s3(…) for s3://',
          fix: 'Use FlinkStorage.s3(…), which also takes the endpoint and the credentials.',
        });
      }
      if (!OBJECT_STORES.includes(scheme)) {
        invalid(scope, {
          property: 'storage.url',
          got: storage.url,
          allowed: `the address of a folder that all pods reach, for example gs://bucket/flink, by one of ${OBJECT_STORES.join(', ')}`,
          fix: `For a folder of a volume use FlinkStorage.claim(…).${didYouMean(scheme, OBJECT_STORES)}`,
        });
      }
      return inStore(storage.url);
    }
  }
}

function onVolume(claimName: string): ResolvedFlinkStorage {
  return {
    ...folders(`file://${STATE_MOUNT_PATH}`),
    volumes: [{ name: VOLUME, persistentVolumeClaim: { claimName } }],
    mounts: [{ name: VOLUME, mountPath: STATE_MOUNT_PATH }],
    options: {},
    env: {},
    endpoint: undefined,
  };
}

function inStore(url: string): ResolvedFlinkStorage {
  const root = url.replace(/\/+$/, '');
  return { ...folders(root), volumes: [], mounts: [], options: {}, env: {}, endpoint: undefined };
}

/** Options and variables: flink.apache.org, "Amazon S3" (2.3), and the AWS SDK for Java 2. */
function onS3(
  scope: Construct,
  { url, pathStyleAccess, ...access }: Extract<FlinkStorage, { kind: 's3' }>,
): ResolvedFlinkStorage {
  const store = resolveS3(scope, 'storage', url, access);
  return {
    ...inStore(url),
    options: {
      ...(store.url === undefined ? {} : { 's3.endpoint': store.url }),
      ...(store.region === undefined ? {} : { 's3.region': store.region }),
      's3.path-style-access': String(pathStyleAccess ?? store.url !== undefined),
    },
    env: store.env,
    endpoint: store.endpoint,
  };
}

/** Subfolders, because the root of a volume can contain `lost+found`. */
function folders(
  root: string,
): Pick<ResolvedFlinkStorage, 'root' | 'checkpoints' | 'savepoints' | 'highAvailability'> {
  return {
    root,
    checkpoints: `${root}/checkpoints`,
    savepoints: `${root}/savepoints`,
    highAvailability: `${root}/high-availability`,
  };
}

function makeClaim(
  scope: Construct,
  { size, storageClass, accessMode }: Extract<FlinkStorage, { kind: 'claim' }>,
  workload: Workload,
): string {
  checkVolumeSize(scope, 'storage.size', size);
  const { multiNode } = stackSettings(scope);
  if (multiNode && accessMode === 'ReadWriteOnce') {
    invalid(scope, {
      property: 'storage.accessMode',
      got: accessMode,
      allowed: 'ReadWriteMany, because JobManagers and TaskManagers can run on several nodes',
      fix: 'Leave it out, use FlinkStorage.url(…), or call configureStack(…, { multiNode: false }) for a cluster with one node.',
    });
  }
  const name = `${workload.name}-state`;
  new k8s.KubePersistentVolumeClaim(scope, 'state', {
    metadata: {
      ...workload.metadata(name),
      // Helm keeps the volume when the release is uninstalled, because savepoints must not be lost.
      annotations: { 'helm.sh/resource-policy': 'keep' },
    },
    spec: {
      accessModes: [accessMode ?? (multiNode ? 'ReadWriteMany' : 'ReadWriteOnce')],
      storageClassName: storageClass,
      resources: { requests: { storage: k8s.Quantity.fromString(formatSize(size)) } },
    },
  });
  return name;
}
