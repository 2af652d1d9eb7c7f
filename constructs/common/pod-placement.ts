import type { IConstruct } from 'constructs';
import type { k8s } from '../../imports';
import { invalid } from './invalid';

/** Where pods run, and how others find them. `configureStack` sets it for all pods of a stack. */
export interface PodPlacement {
  /**
   * Labels that a node must have to run the pods.
   * @default - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * Taints of nodes that the pods tolerate.
   * @default - none
   */
  readonly tolerations?: readonly k8s.Toleration[];
  /**
   * Which nodes the pods need or prefer, and which other pods they run close to or apart from. With two or
   * more replicas, the pods are spread over nodes and zones in any case.
   * @default - none
   */
  readonly affinity?: k8s.Affinity;
  /**
   * Name of the PriorityClass. Pods of a higher class are scheduled first and evicted last.
   * @default - the default class of the cluster
   */
  readonly priorityClassName?: string;
  /**
   * More labels of the pods. Labels that the construct sets are refused.
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Annotations of the pods.
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;
}

const QUALIFIED_NAME = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;

/** Throws on labels that Kubernetes would refuse, and on those that the construct sets. */
export function checkLabels(
  scope: IConstruct,
  property: string,
  labels: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>> = {},
): void {
  for (const [name, value] of Object.entries(labels)) {
    if (name in own) {
      invalid(scope, {
        property: `${property}['${name}']`,
        got: value,
        allowed: 'labels that the construct does not set itself',
        fix: 'Leave it out, or choose another name.',
      });
    }
    checkKey(scope, property, name);
    if (LABEL_VALUE.test(value)) continue;
    invalid(scope, {
      property: `${property}['${name}']`,
      got: value,
      allowed:
        'at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, or nothing',
      fix: 'Shorten or change it, or use an annotation, which can hold any text.',
    });
  }
}

/** Throws on a name that Kubernetes would refuse for a label or an annotation. */
export function checkKey(scope: IConstruct, property: string, name: string): void {
  if (QUALIFIED_NAME.test(name)) return;
  invalid(scope, {
    property,
    got: name,
    allowed: 'names of at most 63 letters, digits, `-`, `_` and `.`, after a `domain/` or without one',
    fix: 'Correct it, for example example.com/team.',
  });
}
