import { type Page, type Row, sqlError } from '../../sql/gateway';
import { isQuery, settled } from '../../sql/query';

test.each([
  ['SELECT 1', true],
  ['  select 1', true],
  ['-- why\n/* and\nhow */ WITH t AS (SELECT 1) SELECT * FROM t', true],
  ['(SELECT 1) UNION (SELECT 2)', true],
  ['VALUES (1)', true],
  ['SHOW TABLES', false],
  ['INSERT INTO t SELECT 1', false],
  ['SELECTED', false],
])('%p asks for rows: %p', (statement, expected) => {
  expect(isQuery(statement)).toBe(expected);
});

test.each([
  ["Object 'x' not found", 'query gtsm_etl or gtsm_etl_bounded'],
  ["Column 'y' not found in any table", 'DESCRIBE gtsm_etl'],
  ['Sort on a non-time-attribute field is not supported.', 'use gtsm_etl_bounded'],
  ['Encountered "timestamp FROM" at line 1', 'in backticks'],
])('%s has a hint', (message, hint) => {
  expect(sqlError(message).fix).toContain(hint);
});

test('an unknown error has no hint', () => {
  expect(sqlError('java.lang.NullPointerException').fix).toBeUndefined();
});

describe('the rows that remain of a changelog', () => {
  const left = async (...pages: Row[][]): Promise<unknown[]> => {
    async function* changelog(): AsyncGenerator<Page> {
      for (const rows of pages) yield await Promise.resolve({ columns: [], rows, isQuery: true });
    }
    const found: unknown[] = [];
    for await (const page of settled(changelog())) found.push(...page.rows);
    return found;
  };
  const row = (kind: Row['kind'], ...fields: unknown[]): Row => ({ kind, fields });

  test('are those that were not retracted, in the order in which they last arrived', async () => {
    expect(
      await left(
        [row('INSERT', 'a', 1), row('INSERT', 'b', 1), row('UPDATE_BEFORE', 'a', 1)],
        [row('UPDATE_AFTER', 'a', 2), row('INSERT', 'c', 1), row('DELETE', 'c', 1)],
      ),
    ).toEqual([row('INSERT', 'b', 1), row('INSERT', 'a', 2)]);
  });

  test('include equal rows as often as they remain', async () => {
    const same = row('INSERT', 1n);
    expect(await left([same, same, same, row('DELETE', 1n)])).toEqual([same, same]);
  });

  test('are none when there are no changes', async () => {
    expect(await left()).toEqual([]);
  });
});
