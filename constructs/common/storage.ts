/** Volume of a StatefulSet's data. */
import { Chart, type Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { k8s } from '../../imports';
import { checkVolumeSize } from './claim-size';
import { invalid } from './invalid';
import { formatSize } from './resources';
import { stackSettings } from './settings';
import type { Workload } from './workload';

/** A volume that the cluster makes, one per pod. */
export interface ClaimStorage {
  /** A claim for each pod. */
  readonly kind: 'claim';
  /** Size of each volume. */
  readonly size: Size;
  /**
   * Kind of volume, by the name that the cluster has for it.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Whether the volume claims stay when the StatefulSet is deleted.
   * @default true
   */
  readonly retain?: boolean;
}

/** A folder that is gone with its pod: for tests. */
export interface EmptyDirStorage {
  /** A folder that is gone with its pod. */
  readonly kind: 'emptyDir';
  /** The pod is evicted when its data grows above this. */
  readonly size: Size;
}

/**
 * A folder of the node, `PATH/POD`: for a cluster of one node. It has to be writable for the container's
 * user, as Kubernetes does not change the owner of such folders.
 */
export interface HostPathStorage {
  /** A folder of the node. */
  readonly kind: 'hostPath';
  /** Absolute path on the node. */
  readonly path: string;
  /** Size that the volumes and their claims state; the node does not enforce it. */
  readonly size: Size;
}

/** Where each pod of a StatefulSet keeps its data. */
export type Storage = ClaimStorage | EmptyDirStorage | HostPathStorage;

/** Makers of the kinds of storage. */
export const Storage = {
  /** A volume that the cluster makes, one per pod. */
  claim: (size: Size, options: Pick<ClaimStorage, 'storageClass' | 'retain'> = {}): ClaimStorage => ({
    kind: 'claim',
    size,
    ...options,
  }),
  /** A folder that is gone with its pod: for tests. */
  emptyDir: (size: Size): EmptyDirStorage => ({ kind: 'emptyDir', size }),
  /** A folder of the node, for a cluster of one node. */
  hostPath: (path: string, size: Size): HostPathStorage => ({ kind: 'hostPath', path, size }),
} as const;

/** Name of the volume that `statefulStorage` makes. */
export const DATA_VOLUME = 'data';

/** The parts of a StatefulSet's specification, and of its pods', that its storage decides. */
export interface StatefulStorage {
  readonly spec: Pick<k8s.StatefulSetSpec, 'volumeClaimTemplates' | 'persistentVolumeClaimRetentionPolicy'>;
  readonly volumes: readonly k8s.Volume[];
}

/**
 * Renders storage for a StatefulSet; for `hostPath` it also makes the volumes that its claims are bound to.
 */
export function statefulStorage(
  scope: Construct,
  workload: Workload,
  storage: Storage,
  replicas: number,
): StatefulStorage {
  checkVolumeSize(scope, 'storage.size', storage.size);
  switch (storage.kind) {
    case 'emptyDir': {
      const sizeLimit = k8s.Quantity.fromString(formatSize(storage.size));
      return { spec: {}, volumes: [{ name: DATA_VOLUME, emptyDir: { sizeLimit } }] };
    }
    case 'claim':
      return claims(workload, storage);
    case 'hostPath':
      checkHostPath(scope, storage);
      makeHostVolumes(scope, workload, storage, replicas);
      return claims(workload, { kind: 'claim', size: storage.size, storageClass: '' });
  }
}

function claims(workload: Workload, { size, storageClass, retain = true }: ClaimStorage): StatefulStorage {
  return {
    spec: {
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: retain ? 'Retain' : 'Delete',
        whenScaled: 'Retain',
      },
      volumeClaimTemplates: [
        {
          metadata: { name: DATA_VOLUME, labels: { ...workload.selector } },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: storageClass,
            resources: { requests: { storage: k8s.Quantity.fromString(formatSize(size)) } },
          },
        },
      ],
    },
    volumes: [],
  };
}

function checkHostPath(scope: Construct, { path }: HostPathStorage): void {
  if (stackSettings(scope).multiNode) {
    invalid(scope, {
      property: 'storage',
      got: `hostPath ${path}`,
      allowed: 'a claim, as pods can land on several nodes',
      fix: 'Use Storage.claim(…), or configureStack(…, { multiNode: false }) for a cluster of one node.',
    });
  }
  if (!path.startsWith('/') || path.split('/').includes('..')) {
    invalid(scope, {
      property: 'storage.path',
      got: path,
      allowed: 'an absolute path without `..`',
      fix: 'Give the folder of the node in full, for example /var/lib/kafka.',
    });
  }
}

/** Volumes of the node's folders, each bound beforehand to the claim of one pod. */
function makeHostVolumes(
  scope: Construct,
  workload: Workload,
  storage: HostPathStorage,
  replicas: number,
): void {
  const namespace = Chart.of(scope).namespace ?? 'default';
  for (let i = 0; i < replicas; i++) {
    const pod = `${workload.name}-${i}`;
    new k8s.KubePersistentVolume(scope, `volume-${pod}`, {
      metadata: workload.metadata(`${namespace}-${pod}`),
      spec: {
        capacity: { storage: k8s.Quantity.fromString(formatSize(storage.size)) },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: '',
        hostPath: { path: `${storage.path.replace(/\/+$/, '')}/${pod}`, type: 'DirectoryOrCreate' },
        claimRef: {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          namespace,
          name: `${DATA_VOLUME}-${pod}`,
        },
      },
    });
  }
}
