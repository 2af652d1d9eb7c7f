import { SqlError } from '../../../local/sql/gateway';
import { hintFor } from '../../../local/sql/hints';
import { isQuery } from '../../../local/sql/query';

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
  ["Object 'x' not found", 'the tables are gtsm_etl and gtsm_etl_bounded'],
  ["Column 'y' not found in any table", 'DESCRIBE gtsm_etl'],
  ['Sort on a non-time-attribute field is not supported.', 'use gtsm_etl_bounded'],
  ['Encountered "timestamp FROM" at line 1', 'needs back-quotes'],
])('%s has a hint', (message, hint) => {
  expect(hintFor(new SqlError(message))).toContain(hint);
});

test('what nobody knows about has none', () => {
  expect(hintFor(new SqlError('java.lang.NullPointerException'))).toBeUndefined();
});
