/** What Flink's parser and planner say of SQL scripts, placed where a reader finds it. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { splitStatements } from '../../../constructs/sql/script';
import type { SqlScript } from './scripts';

/**
 * What CheckSql.java finds in a script: the number of its first wrong statement, from 0, and the messages of
 * the error and its causes.
 */
interface Wrong {
  readonly statement: number;
  readonly messages: readonly string[];
}

/**
 * Problems of scripts, one text for each script that has one.
 *
 * @param java command of Java
 * @param jars folder of Flink's jars, of its connectors and of our functions
 */
export async function sqlFindings(
  scripts: readonly SqlScript[],
  java: string,
  jars: string,
): Promise<string[]> {
  const statements = scripts.map(({ sql }) => splitStatements(blankComments(sql)));
  const wrong = await check(statements, java, jars);
  return scripts.flatMap(({ owner }, i) => {
    const found = wrong[i];
    return found ? [describe(owner, statements[i] ?? [], found)] : [];
  });
}

async function check(
  statements: readonly (readonly string[])[],
  java: string,
  jars: string,
): Promise<(Wrong | null)[]> {
  const program = path.join(__dirname, 'CheckSql.java');
  const child = spawn(java, ['-cp', path.join(jars, '*'), program], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(JSON.stringify(statements));
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on('close', resolve).on('error', reject),
  );
  const [output, log, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`CheckSql.java ended with exit code ${code}:\n${log.trim()}`);
  return JSON.parse(output) as (Wrong | null)[];
}

/**
 * Comments become blanks, so that lines and columns of the rest stay. Hints, which begin with `/*+`, are no
 * comments.
 */
export function blankComments(sql: string): string {
  return sql.replace(
    /--[^\n]*|\/\*(?!\+)[\s\S]*?\*\/|'(?:[^']|'')*'|`(?:[^`]|``)*`|"(?:[^"]|"")*"/g,
    (token) => (/^(--|\/\*)/.test(token) ? token.replace(/[^\n]/g, ' ') : token),
  );
}

function describe(owner: string, statements: readonly string[], { statement, messages }: Wrong): string {
  const sql = statements[statement] ?? '';
  const place = position(messages);
  const reason = (message: string): string => message.replace(/\s*Was expecting( one of)?:[\s\S]*/, '');
  const where = `${owner}: statement ${statement + 1} of ${statements.length}`;
  if (place === undefined) return `${where}: ${messages.map(reason).join(': ')}\n    ${sql.split('\n')[0]}`;
  const line = sql.split('\n')[place.line - 1] ?? '';
  return (
    `${where}, line ${place.line}, column ${place.column}: ${reason(messages.at(-1) ?? '')}\n` +
    `    ${line}\n    ${' '.repeat(place.column - 1)}^`
  );
}

/**
 * Flink's parser and validator both say `line 3, column 15`, the outer messages more often than the inner
 * ones.
 */
function position(messages: readonly string[]): { line: number; column: number } | undefined {
  const [, line, column] = /line (\d+), column (\d+)/i.exec(messages.join('\n')) ?? [];
  return line === undefined ? undefined : { line: Number(line), column: Number(column) };
}
