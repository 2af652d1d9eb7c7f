/** SQL scripts: what they are made of, so that a script that cannot be submitted as one job is refused before it runs. */

/** Statements of a script, without their semicolons; those between `BEGIN` and `END` stay together with their `EXECUTE STATEMENT SET`. */
export function splitStatements(script: string): string[] {
  const statements: string[] = [];
  let current = '';
  let inSet = false;
  let openCases = 0;
  for (const token of tokens(script)) {
    if (/^begin$/i.test(token)) inSet = true;
    if (/^case$/i.test(token)) openCases++;
    if (/^end$/i.test(token)) {
      // Of CASE … END, or of the set.
      if (openCases > 0) openCases--;
      else inSet = false;
    }
    if (token === ';' && !inSet) {
      statements.push(current.trim());
      current = '';
    } else {
      current += token;
    }
  }
  return [...statements, current.trim()].filter((statement) => statement !== '');
}

/** Comments fall away, but not hints, which begin with `/*+`; texts in quotes and words stay whole; all else goes character by character. */
function* tokens(script: string): Generator<string> {
  const pattern = /--[^\n]*|\/\*(?!\+)[\s\S]*?\*\/|'(?:[^']|'')*'|`(?:[^`]|``)*`|"(?:[^"]|"")*"|\w+|[\s\S]/g;
  for (const [token] of script.matchAll(pattern)) {
    if (!token.startsWith('--') && !token.startsWith('/*')) yield token;
  }
}

/**
 * Checks that a script starts exactly one job, which is what can be stopped, restored and recognised as one. Throws saying what it found.
 */
export function checkOneJob(script: string): void {
  const statements = splitStatements(script);
  const query = statements.find((statement) => /^(select|with|values)\b/i.test(statement));
  if (query !== undefined) {
    throw new Error(`the script has a query without a sink: ${first(query)}; expected INSERT INTO a table`);
  }
  const jobs = statements.filter((statement) => /^(insert|execute|update|delete)\b/i.test(statement));
  if (jobs.length === 1) return;
  const found = jobs.length === 0 ? 'none' : jobs.map(first).join('; ');
  throw new Error(
    `the script starts ${jobs.length} jobs (${found}); expected one: ` +
      `an INSERT, or several in EXECUTE STATEMENT SET BEGIN … END`,
  );
}

function first(statement: string): string {
  const line = statement.split('\n')[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
