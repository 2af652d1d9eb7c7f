import { checkTerminated } from '../../../constructs/sql/terminated';

test('accepts a script whose strings, names and comments are closed', () => {
  expect(() => {
    checkTerminated("-- it's a comment\nSELECT 'it''s', `a``b`, \"c\" /* 'open` */ FROM t /*+ hint */");
  }).not.toThrow();
});

test.each([
  ["SELECT *\nFROM t WHERE a = 'x", 2, 18, "a string without its closing quote, '"],
  ["SELECT 'it's'", 1, 13, "a string without its closing quote, '"],
  ['SELECT `time FROM t', 1, 8, 'a name without its closing back-quote, `'],
  ['SELECT 1;\n/* and', 2, 1, "a comment without its end '*/'"],
])('throws if %j is the script', (script, line, column, what) => {
  const text = script.split('\n')[line - 1];
  expect(() => {
    checkTerminated(script);
  }).toThrow(
    `line ${line}, column ${column} of the script is ${JSON.stringify(text)}; ` +
      `allowed: strings, names and comments that are closed; this is ${what}. ` +
      'Close it, and double a quote that is part of a string.',
  );
});
