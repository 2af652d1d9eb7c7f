import { checkOneJob, splitStatements } from '../../../constructs/sql/script';

describe('splitStatements', () => {
  test('splits at semicolons, but not in texts, names and comments', () => {
    expect(splitStatements("SET 'a;b' = 'it''s;'; -- one; two\n/* three; */ DROP TABLE `x;y`")).toEqual([
      "SET 'a;b' = 'it''s;'",
      'DROP TABLE `x;y`',
    ]);
  });

  test('keeps a statement set together', () => {
    const set = 'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END';
    expect(splitStatements(`CREATE VIEW begin_view AS SELECT 1; ${set};`)).toEqual([
      'CREATE VIEW begin_view AS SELECT 1',
      set,
    ]);
  });

  test('the END of a CASE does not end the set', () => {
    const set =
      'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT CASE WHEN x THEN 1 END; INSERT INTO b SELECT 2; END';
    expect(splitStatements(`${set};`)).toEqual([set]);
  });

  test('keeps a hint, because it is not a comment', () => {
    const query = "SELECT /*+ STATE_TTL('a' = '1 d') */ x FROM a";
    expect(splitStatements(`/* comment */ ${query};`)).toEqual([query]);
  });
});

describe('checkOneJob', () => {
  test.each([
    'INSERT INTO a SELECT 1',
    'SET x = 1; insert into a select 1;',
    'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END;',
  ])('takes %s', (script) => {
    expect(() => checkOneJob(script)).not.toThrow();
  });

  test('INSERT in a comment is not a job', () => {
    expect(() => checkOneJob('-- INSERT INTO a SELECT 1\nSHOW TABLES')).toThrow(
      'list of jobs that the script starts is []; allowed: exactly one job',
    );
  });

  test('throws on a query without a sink', () => {
    expect(() => checkOneJob('WITH a AS (SELECT 1) SELECT * FROM a')).toThrow(
      'statement of the script is "WITH a AS (SELECT 1) SELECT * FROM a"; allowed: INSERT INTO a table',
    );
  });
});
