/** The objects of a namespace at one moment, and how they belong together. */
import type { ApiObject, Awaited, Claim, Event, List, Metadata, Pod, ReplicaSet } from '../api';
import type { Kubectl } from '../kubectl';
import type { Wanted } from './manifest';

const KINDS = 'deployments,statefulsets,jobs,persistentvolumeclaims,replicasets,pods,events';

interface Owned {
  readonly metadata: Metadata;
}

/** All objects of a namespace that are read, at one moment. */
export class Snapshot {
  constructor(private readonly objects: readonly ApiObject[]) {}

  /** Reads the namespace. */
  static async of(kubectl: Kubectl): Promise<Snapshot> {
    const { items } = await kubectl.json<List<ApiObject>>(['get', KINDS]);
    return new Snapshot(items);
  }

  /** The object that a manifest asks for. */
  find({ kind, name }: Wanted): Awaited | undefined {
    return this.objects.find(
      (object): object is Awaited => object.kind === kind && object.metadata.name === name,
    );
  }

  /** A pod by its name. */
  pod(name: string): Pod | undefined {
    return this.objects.find(
      (object): object is Pod => object.kind === 'Pod' && object.metadata.name === name,
    );
  }

  /** Pods of a Deployment, StatefulSet or Job that are not being deleted, oldest first. */
  podsOf(owner: Owned): Pod[] {
    const owners = [owner, ...this.replicaSetsOf(owner)];
    return this.objects
      .filter((object): object is Pod => object.kind === 'Pod' && owners.some((it) => isOwner(it, object)))
      .filter((pod) => pod.metadata.deletionTimestamp === undefined)
      .sort((a, b) => createdAt(a).localeCompare(createdAt(b)));
  }

  /** Claims that a pod mounts. */
  claimsOf({ spec }: Pod): Claim[] {
    const names = (spec.volumes ?? []).map((volume) => volume.persistentVolumeClaim?.claimName);
    return this.objects.filter(
      (object): object is Claim =>
        object.kind === 'PersistentVolumeClaim' && names.includes(object.metadata.name),
    );
  }

  /** Events of an object and of its ReplicaSets, oldest first. */
  eventsOf(object: Owned): Event[] {
    const uids = [object, ...this.replicaSetsOf(object)].map(({ metadata }) => metadata.uid);
    return this.objects
      .filter((it): it is Event => it.kind === 'Event' && uids.includes(it.involvedObject.uid))
      .sort((a, b) => happenedAt(a).localeCompare(happenedAt(b)));
  }

  private replicaSetsOf(owner: Owned): ReplicaSet[] {
    return this.objects.filter(
      (object): object is ReplicaSet => object.kind === 'ReplicaSet' && isOwner(owner, object),
    );
  }
}

function isOwner(owner: Owned, object: Owned): boolean {
  return object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

function createdAt({ metadata }: Owned): string {
  return metadata.creationTimestamp ?? '';
}

function happenedAt(event: Event): string {
  return event.lastTimestamp ?? event.eventTime ?? createdAt(event);
}
