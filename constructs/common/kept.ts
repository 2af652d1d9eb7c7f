import type { IConstruct } from 'constructs';
import { invalid } from './invalid';

/**
 * Throws if an object of the API has fields that its rendering drops: those of newer Kubernetes versions, and
 * misspelt ones of programs that the compiler does not check.
 * @param render gives the object as the manifest has it
 */
export function checkKept<Type>(
  scope: IConstruct,
  property: string,
  object: Type,
  render: (object: Type) => unknown,
): void {
  // Names can differ, such as `clusterIp` and `clusterIP`, but each value must be there.
  const [given, rendered] = [leaves(object), leaves(render(object))];
  const lost = given.find(({ value }) => count(given, value) > count(rendered, value));
  if (lost === undefined) return;
  invalid(scope, {
    property: `${property}${lost.path}`,
    got: lost.value,
    allowed: 'the fields of Kubernetes 1.27, which this library knows',
    fix: 'Correct the name, or set a newer field with patch(…).',
  });
}

interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

const count = (all: readonly Leaf[], value: unknown): number =>
  all.filter((leaf) => leaf.value === value).length;

function leaves(value: unknown, path = ''): Leaf[] {
  if (value === undefined) return [];
  if (value === null || typeof value !== 'object') return [{ path, value }];
  return Object.entries(value).flatMap(([name, child]) =>
    leaves(child, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`),
  );
}
