import { insertTargets, settingsOf } from '../../../constructs/sql/targets';

test('the tables that a script inserts into', () => {
  const script = `-- INSERT INTO comment
CREATE TABLE a (x STRING COMMENT 'INSERT INTO text') WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
insert into \`b\`\`c\` SELECT 1;
INSERT OVERWRITE d SELECT 1;
INSERT INTO other.e SELECT 1;
END`;
  expect(insertTargets(script)).toEqual(['b`c', 'd']);
});

test('the settings of a script', () => {
  expect(settingsOf("SET 'a.b' = 'c';\nset 'd' = 'it''s';\nSELECT 1;")).toEqual({ 'a.b': 'c', d: "it's" });
});
