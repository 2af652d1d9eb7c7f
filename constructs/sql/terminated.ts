/** Finds SQL texts, names and comments without an end, which would swallow everything after them. */

/** Complete comments, texts and names. The group is the opening of one that has no end. */
const WHOLE_OR_OPEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|`(?:[^`]|``)*`|"(?:[^"]|"")*"|(\/\*|['`"])/g;

const KINDS: Readonly<Record<string, string>> = {
  '/*': "a comment without its end '*/'",
  "'": "a text without its closing quote, '",
  '`': 'a name without its closing back-quote, `',
  '"': 'a name without its closing quote, "',
};

/** Throws on a text, name or comment without an end, with its line and column. */
export function checkTerminated(script: string): void {
  for (const { 1: opening, index } of script.matchAll(WHOLE_OR_OPEN)) {
    if (opening === undefined) continue;
    const before = script.slice(0, index).split('\n');
    const line = script.split('\n')[before.length - 1]?.trim() ?? '';
    const column = (before.at(-1) ?? '').length + 1;
    throw new Error(
      `the script has ${KINDS[opening]}, at line ${before.length}, column ${column}: ${line}; ` +
        'close it, and double a quote that is part of a text',
    );
  }
}
