import type { IConstruct } from 'constructs';
import { invalid } from './invalid';
import type { Environment } from './pod';

/** The construct's variables and the user's. The user must not set a variable that the construct sets. */
export function mergeEnvironment(scope: IConstruct, own: Environment, extra: Environment): Environment {
  for (const name of Object.keys(extra)) {
    if (!(name in own)) continue;
    invalid(scope, {
      property: `env.${name}`,
      got: 'given a second time',
      allowed: 'variables that the construct does not set itself',
      fix: 'Use the prop that this variable is made from.',
    });
  }
  return { ...own, ...extra };
}
