/** A mutation, and what makes one. */
import { named, type Container, type KubeObject, type PodSpec, type ServiceSpec } from '../rules/model';

export interface Mutation {
  name: string;
  /** Profile whose objects are broken, or jobs with their stack's. */
  profile: 'dev' | 'dev-jobs' | 'classic' | 'prod' | 'prod-jobs';
  /** Changes the objects in place; may add to and take from the list. */
  apply: (objects: KubeObject[]) => void;
}

export function get(objects: readonly KubeObject[], id: string): KubeObject {
  const [kind = '', name = ''] = id.split('/');
  // Names of Jobs end in a hash.
  const found =
    named(objects, kind, name) ??
    objects.find((it) => it.kind === kind && it.metadata.name.startsWith(`${name}-`));
  if (!found) throw new Error(`no ${id}`);
  return found;
}

export function pod(objects: readonly KubeObject[], id: string): PodSpec {
  return (get(objects, id).spec?.template as { spec: PodSpec }).spec;
}

export function container(objects: readonly KubeObject[], id: string): Container {
  const [first] = pod(objects, id).containers;
  if (!first) throw new Error(`${id} has no container`);
  return first;
}

export const service = (objects: readonly KubeObject[], name: string) =>
  get(objects, `Service/${name}`).spec as unknown as ServiceSpec;

export const remove = (objects: KubeObject[], id: string) => {
  objects.splice(objects.indexOf(get(objects, id)), 1);
};

/** A mutation of the first container of a workload. */
export const ofContainer = (name: string, id: string, change: (it: Container) => void): Mutation => ({
  name,
  profile: 'dev',
  apply: (objects) => change(container(objects, id)),
});

/** A mutation of a workload's pod. */
export const ofPod = (name: string, id: string, change: (it: PodSpec) => void): Mutation => ({
  name,
  profile: 'dev',
  apply: (objects) => change(pod(objects, id)),
});

/** A mutation of one object. */
export const ofObject = (
  name: string,
  profile: Mutation['profile'],
  id: string,
  change: (it: KubeObject & { spec: Record<string, unknown> }) => void,
): Mutation => ({
  name,
  profile,
  apply: (objects) => change(get(objects, id) as KubeObject & { spec: Record<string, unknown> }),
});
