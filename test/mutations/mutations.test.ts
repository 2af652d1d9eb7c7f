import { RULES } from '../rules';
import { rulesThatNotice } from './mutate';
import type { Mutation } from './mutation';
import { MUTATIONS } from './mutations';

/** The rules that noticed each mutation. */
const noticed = new Map<Mutation, readonly string[]>();

test('there are at least 25 mutations, each with its own name', () => {
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(25);
});

test.each(MUTATIONS.map((mutation) => [mutation.profile, mutation.name, mutation] as const))(
  'in %s, a rule notices: %s',
  (_profile, _name, mutation) => {
    const rules = rulesThatNotice(mutation);
    noticed.set(mutation, rules);
    expect(rules).not.toEqual([]);
  },
);

test('every rule notices a mutation', () => {
  const killed = [...noticed.values()].filter((rules) => rules.length > 0).length;
  process.stdout.write(`${killed} of ${MUTATIONS.length} mutations noticed\n`);
  const rules = new Set([...noticed.values()].flat());
  expect(RULES.map(({ name }) => name).filter((name) => !rules.has(name))).toEqual([]);
});
