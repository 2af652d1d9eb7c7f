/** Namespaces of charts. */
import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';

/** Namespace of a construct's chart; undefined when it is chosen by whoever applies the manifest. */
export function namespaceOf(construct: IConstruct): string | undefined {
  return Chart.of(construct).namespace;
}

/**
 * Whether two constructs are in one namespace. Charts without a namespace can be applied to different ones,
 * and a chart of another namespace can be for another cluster.
 */
export function isSameNamespace(a: IConstruct, b: IConstruct): boolean {
  const namespace = namespaceOf(a);
  return Chart.of(a) === Chart.of(b) || (namespace !== undefined && namespace === namespaceOf(b));
}

/** Throws if Kubernetes would refuse the name of the construct's namespace. */
export function checkNamespace(construct: IConstruct): void {
  const namespace = namespaceOf(construct);
  if (namespace === undefined || /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) return;
  invalid(construct, {
    property: 'namespace of the chart',
    got: namespace,
    allowed: 'lowercase letters, digits and `-`, at most 63, with a letter or digit at both ends',
    fix: 'Correct the namespace that the chart is made with.',
  });
}
