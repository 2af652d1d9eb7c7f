import { NAMES, objectsOf, objectsWithStack, STACK_OF_JOBS } from '../charts/support';
import { findings, type KubeObject } from '../rules';
import type { Mutation } from './mutation';

/** Every profile is synthesized once, jobs together with their stack; each mutation breaks a copy. */
const PROFILES = new Map<string, KubeObject[]>([
  ...NAMES.map((name) => [name, objectsOf(name)] as const),
  ...Object.keys(STACK_OF_JOBS).map((name) => [name, objectsWithStack(name)] as const),
]);

/** Names of the rules that notice a mutation. Throws when it changes nothing. */
export function rulesThatNotice({ name, profile, apply }: Mutation): string[] {
  const objects = structuredClone(PROFILES.get(profile) ?? []);
  const before = JSON.stringify(objects);
  apply(objects);
  if (JSON.stringify(objects) === before)
    throw new Error(`the mutation "${name}" changes nothing in ${profile}`);
  return Object.keys(findings(objects));
}
