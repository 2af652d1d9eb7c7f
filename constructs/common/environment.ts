/** Environment variables of containers. */
import type { IConstruct } from 'constructs';
import type { k8s } from '../../imports';
import { invalid } from './invalid';

/** Environment: plain values, or sources of them (a Secret's key, a field of the pod). */
export type Environment = Readonly<Record<string, string | k8s.EnvVarSource>>;

/** The environment variable of a Secret's key; manifests hold no secret values. */
export function secretKey(name: string, key: string): k8s.EnvVarSource {
  return { secretKeyRef: { name, key } };
}

/** The environment variable of a field of the pod, for example `metadata.name`. */
export function podField(fieldPath: string): k8s.EnvVarSource {
  return { fieldRef: { fieldPath } };
}

/** The construct's variables and the user's. The user must not set a variable that the construct sets. */
export function mergeEnvironment(
  scope: IConstruct,
  property: string,
  own: Environment,
  extra: Environment,
): Environment {
  for (const name of Object.keys(extra)) {
    if (!(name in own)) continue;
    invalid(scope, {
      property: `${property}.${name}`,
      got: 'given a second time',
      allowed: 'variables that the construct does not set itself',
      fix: 'Use the prop that this variable is made from.',
    });
  }
  return { ...own, ...extra };
}
