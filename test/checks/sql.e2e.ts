import path from 'node:path';
import { localSettings } from '../../local/options';
import { sqlFindings } from './sql/findings';

const TABLES = `CREATE TABLE source (site STRING, \`time\` TIMESTAMP(3)) WITH ('connector' = 'datagen');
CREATE TABLE sink (site STRING) WITH ('connector' = 'blackhole');
`;

/** Each script after the two tables, and what is found in it. */
const SCRIPTS: Record<string, [sql: string, found: string | undefined]> = {
  'a right script': [
    "SET 'table.local-time-zone' = 'UTC';\nINSERT INTO sink SELECT site FROM source;",
    undefined,
  ],
  'a syntax error': [
    '/* Sites. */\nINSERT INTO sink -- all of them\nSELECT site FORM source;',
    'test/job: statement 3 of 3, line 2, column 18: Encountered "source" at line 2, column 18.\n    SELECT site FORM source\n                     ^',
  ],
  'a column that does not exist': [
    'INSERT INTO sink\nSELECT place FROM source;',
    "test/job: statement 3 of 3, line 2, column 8: Column 'place' not found in any table\n    SELECT place FROM source\n           ^",
  ],
  'a function that does not exist': [
    'INSERT INTO sink SELECT NOPE(site) FROM source;',
    'statement 3 of 3, line 1, column 25: No match found for function signature NOPE',
  ],
  'a type that the sink does not take': [
    'EXECUTE STATEMENT SET BEGIN\nINSERT INTO sink SELECT site FROM source;\nINSERT INTO sink SELECT `time` FROM source;\nEND;',
    "Incompatible types for sink column 'site' at position 1.",
  ],
  'an option that the connector does not know': [
    "CREATE TABLE other (site STRING) WITH ('connector' = 'blackhole', 'tpic' = 'x');\nINSERT INTO other SELECT site FROM source;",
    "Unsupported options found for 'blackhole'.",
  ],
};

test('Flink finds what is wrong in a script, with construct, statement, line and column', async () => {
  const scripts = Object.values(SCRIPTS).map(([sql]) => ({ owner: 'test/job', sql: TABLES + sql }));
  const jars = path.join(localSettings({}).partsDir, 'flink');
  const findings = await sqlFindings(scripts, 'java', jars);
  const expected = Object.values(SCRIPTS).flatMap(([, found]) => (found === undefined ? [] : [found]));
  expect(findings).toEqual(expected.map((found) => expect.stringContaining(found) as unknown));
});
