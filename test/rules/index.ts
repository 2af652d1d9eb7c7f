import { HARDENING } from './hardening';
import type { Finding, KubeObject, Rule } from './model';
import { NETWORK } from './network';
import { RUNNING } from './running';
import { WIRING } from './wiring';

export type { Finding, KubeObject, Rule } from './model';

/** All rules that the objects of every chart keep. */
export const RULES: readonly Rule[] = [...HARDENING, ...RUNNING, ...WIRING, ...NETWORK];

/** What breaks a rule, by the rule's name. Rules that hold are not in it. */
export function findings(objects: readonly KubeObject[]): Record<string, Finding[]> {
  return Object.fromEntries(
    RULES.map((rule) => [rule.name, rule.check(objects)] as const).filter(([, found]) => found.length > 0),
  );
}
