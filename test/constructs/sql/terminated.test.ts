import { checkTerminated } from '../../../constructs/sql/terminated';

test('accepts a script whose texts, names and comments end', () => {
  expect(() => {
    checkTerminated("-- it's a comment\nSELECT 'it''s', `a``b`, \"c\" /* 'open` */ FROM t /*+ hint */");
  }).not.toThrow();
});

test.each([
  [
    "SELECT *\nFROM t WHERE a = 'x",
    "a text without its closing quote, ', at line 2, column 18: FROM t WHERE a = 'x",
  ],
  ["SELECT 'it's'", "a text without its closing quote, ', at line 1, column 13"],
  ['SELECT `time FROM t', 'a name without its closing back-quote, `, at line 1, column 8'],
  ['SELECT 1;\n/* and', "a comment without its end '*/', at line 2, column 1"],
])('%j is rejected', (script, message) => {
  expect(() => {
    checkTerminated(script);
  }).toThrow(`the script has ${message}`);
});
