import type { IConstruct } from 'constructs';
import { stackSettings } from './settings';

/** Labels of an object that belongs to no workload: a namespace, a shared ConfigMap, a quota. */
export function objectLabels(scope: IConstruct, name: string, component: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': stackSettings(scope).partOf,
    'app.kubernetes.io/managed-by': 'cdk8s',
  };
}
