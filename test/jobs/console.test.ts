import { CONSOLE_TABLES } from '../../jobs/console';
import { sessionStatements } from '../../sql/tables';

const statements = sessionStatements({ bootstrapServers: 'k:9092', registryUrl: 'http://r:8081' });

/** Name of the table or view that a statement creates. */
function made(sql: string): string {
  return /^CREATE (?:TABLE|TEMPORARY VIEW) `?(\w+)/.exec(sql)?.[1] ?? '';
}

test('every name is unique, and exists as a stream and as a bounded table', () => {
  const names = statements.map(({ sql }) => made(sql)).filter((name) => name !== '');
  expect(new Set(names).size).toBe(names.length);
  for (const name of [
    'gtsm_etl',
    'gtsm_etl_progress',
    'gtsm_1min',
    'gtsm_gaps',
    'gtsm_stations',
    'gtsm_microstrain',
    'gtsm_strain',
  ]) {
    expect(names).toEqual(expect.arrayContaining([name, `${name}_bounded`]));
  }
});

test('only the tables with the suffix _bounded are bounded', () => {
  for (const { sql, bounded } of statements.filter(({ sql }) => sql.startsWith('CREATE TABLE'))) {
    expect(bounded).toBe(sql.includes("'scan.bounded.mode' = 'latest-offset'"));
    expect(bounded).toBe(/_(bounded|records)$/.test(made(sql)));
  }
});

test('tables that a job writes in transactions are read-only', () => {
  expect(CONSOLE_TABLES.filter(({ sink }) => sink === 'exactly-once')).toEqual([]);
  const writable = CONSOLE_TABLES.filter(({ sink }) => sink !== undefined).map(({ topic }) => topic);
  expect(writable.sort()).toEqual(['clicks_items', 'gtsm_stations']);
});

test('a view of a stream keeps its rows for a limited time, a bounded view keeps none', () => {
  const view = (name: string): string => statements.find(({ sql }) => made(sql) === name)?.sql ?? '';
  for (const name of ['gtsm_microstrain', 'gtsm_strain']) {
    expect(view(name)).toContain("STATE_TTL('counts' = '10 s', 'station' = '0 s')");
    expect(view(`${name}_bounded`)).not.toContain('STATE_TTL');
  }
});
