/** Changes to manifests that no prop makes. */
import { ApiObject, JsonPatch } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';
import type { HashedJob } from './job';

/** Which object of a construct is changed. */
export interface PatchTarget {
  /** Kind of the object, for example `StatefulSet`. */
  readonly kind: string;
  /**
   * Name of the object. For a Job, its name without the hash.
   * @default - the only object of this kind
   */
  readonly name?: string;
}

/**
 * Changes the manifest of an object that a construct makes, for what its props do not offer. The patches
 * (RFC 6902) are applied to the finished manifest, so they can also set fields of newer Kubernetes versions,
 * which `ApiObject.addJsonPatch` drops. Pods roll when a ConfigMap that they mount is changed in this way,
 * and a Job that is changed gets another name.
 * @example
 * patch(kafka, { kind: 'StatefulSet' }, JsonPatch.add('/spec/template/spec/hostUsers', false));
 * @throws if there is not exactly one such object, or if it is an immutable ConfigMap; at synthesis, if a
 * patch does not fit the manifest
 */
export function patch(construct: IConstruct, target: PatchTarget, ...patches: JsonPatch[]): void {
  const object = find(construct, target);
  const manifest = object.toJson.bind(object) as () => Record<string, unknown>;
  if (manifest().immutable === true) {
    invalid(construct, {
      property: 'patch',
      got: `${object.kind}/${object.name}`,
      allowed: 'objects that can change: this one is immutable, and its name follows from its content',
      fix: 'Change the prop that the content comes from.',
    });
  }
  object.toJson = () => {
    const patched = apply(construct, object, manifest(), patches);
    return isHashedJob(object) ? object.named(patched) : patched;
  };
}

/** One after another, so that the error can say which does not fit. */
function apply(
  construct: IConstruct,
  { kind, name }: ApiObject,
  manifest: unknown,
  patches: readonly JsonPatch[],
): unknown {
  return patches.reduce<unknown>((patched, next) => {
    try {
      return JsonPatch.apply(patched, next);
    } catch (error) {
      const { op, path } = next._toJson() as { op: string; path: string };
      invalid(construct, {
        property: `patch of ${kind}/${name}`,
        got: `${op} ${path}`,
        allowed: `paths of the manifest (${(error as Error).message.split('\n')[0]})`,
        fix: 'Correct the path: cdk8s synth without the patch shows the manifest.',
      });
    }
  }, manifest);
}

function find(construct: IConstruct, { kind, name }: PatchTarget): ApiObject {
  const objects = construct.node.findAll().filter((it): it is ApiObject => ApiObject.isApiObject(it));
  const found = objects.filter((it) => it.kind === kind && (name === undefined || it.name === name));
  const [object, second] = found;
  if (object !== undefined && second === undefined) return object;
  invalid(construct, {
    property: 'patch',
    got: `${kind}${name === undefined ? '' : `/${name}`}`,
    allowed: `one of the construct's objects: ${objects.map((it) => `${it.kind}/${it.name}`).join(', ')}`,
    fix: found.length > 1 ? 'Add the name.' : 'Correct the kind or the name.',
  });
}

/** `instanceof` is true of every object of the API, whatever the class. */
const isHashedJob = (object: ApiObject): object is HashedJob => 'workloadName' in object;
