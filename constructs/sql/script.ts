/** Splits SQL scripts, so that a script that cannot be submitted as one job is rejected before it runs. */
import { invalid } from '../common/invalid';

/** Statements of a script, without semicolons. `EXECUTE STATEMENT SET BEGIN … END` stays one statement. */
export function splitStatements(script: string): string[] {
  const statements: string[] = [];
  let current = '';
  let inSet = false;
  let openCases = 0;
  for (const token of tokens(script)) {
    if (/^begin$/i.test(token)) inSet = true;
    if (/^case$/i.test(token)) openCases++;
    if (/^end$/i.test(token)) {
      // The end of CASE, or of the statement set.
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

/**
 * Tokens: words, quoted texts, single characters. Comments are dropped, hints (they begin with `/*+`) are
 * kept.
 */
function* tokens(script: string): Generator<string> {
  const pattern = /--[^\n]*|\/\*(?!\+)[\s\S]*?\*\/|'(?:[^']|'')*'|`(?:[^`]|``)*`|"(?:[^"]|"")*"|\w+|[\s\S]/g;
  for (const [token] of script.matchAll(pattern)) {
    if (!token.startsWith('--') && !token.startsWith('/*')) yield token;
  }
}

/**
 * Throws unless a script starts exactly one job: only one job can be found, stopped and restored by the name
 * of the script.
 */
export function checkOneJob(script: string): void {
  const statements = splitStatements(script);
  const query = statements.find((statement) => /^(select|with|values)\b/i.test(statement));
  if (query !== undefined) {
    invalid(undefined, {
      property: 'statement of the script',
      got: first(query),
      allowed: 'INSERT INTO a table instead of a query',
      fix: 'Insert the rows of the query into a table.',
    });
  }
  const jobs = statements.filter((statement) => /^(insert|execute|update|delete)\b/i.test(statement));
  if (jobs.length === 1) return;
  invalid(undefined, {
    property: 'list of jobs that the script starts',
    got: jobs.map(first),
    allowed: 'exactly one job',
    fix: 'Use one INSERT, or several in EXECUTE STATEMENT SET BEGIN … END.',
  });
}

function first(statement: string): string {
  const line = statement.split('\n')[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
