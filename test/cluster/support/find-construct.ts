import type { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';

/**
 * The one construct of a class in a chart.
 * @throws when there is none
 */
export function findConstruct<T extends IConstruct>(
  chart: Chart,
  type: abstract new (...args: never[]) => T,
): T {
  const found = chart.node.findAll().find((it): it is T => it instanceof type);
  if (found === undefined) throw new Error(`the chart ${chart.node.id} has no ${type.name}`);
  return found;
}
