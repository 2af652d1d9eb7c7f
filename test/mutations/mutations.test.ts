import { RULES } from '../rules';
import { rulesThatNotice } from './mutate';
import { MUTATIONS } from './mutations';

test('there are 25 mutations at least, each of another name', () => {
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(25);
});

test.each(MUTATIONS.map((mutation) => [mutation.profile, mutation.name, mutation] as const))(
  'in %s, a rule notices: %s',
  (_profile, _name, mutation) => {
    expect(rulesThatNotice(mutation)).not.toEqual([]);
  },
);

test('every rule is there for a mutation', () => {
  const noticed = new Set(MUTATIONS.flatMap(rulesThatNotice));
  expect(RULES.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([]);
});
