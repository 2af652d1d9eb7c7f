/** Finds SQL strings, names and comments that are not closed: they would include everything after them. */
import { invalid } from '../common/invalid';

/** Closed comments, strings and names. The group matches the opening of one that is not closed. */
const WHOLE_OR_OPEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|`(?:[^`]|``)*`|"(?:[^"]|"")*"|(\/\*|['`"])/g;

const KINDS: Readonly<Record<string, string>> = {
  '/*': "a comment without its end '*/'",
  "'": "a string without its closing quote, '",
  '`': 'a name without its closing back-quote, `',
  '"': 'a name without its closing quote, "',
};

/** Throws if a string, name or comment is not closed, and shows its line and column. */
export function checkTerminated(script: string): void {
  for (const { 1: opening, index } of script.matchAll(WHOLE_OR_OPEN)) {
    if (opening === undefined) continue;
    const before = script.slice(0, index).split('\n');
    const line = script.split('\n')[before.length - 1]?.trim() ?? '';
    const column = (before.at(-1) ?? '').length + 1;
    invalid(undefined, {
      property: `line ${before.length}, column ${column} of the script`,
      got: line,
      allowed: `strings, names and comments that are closed; this is ${KINDS[opening]}`,
      fix: 'Close it, and double a quote that is part of a string.',
    });
  }
}
