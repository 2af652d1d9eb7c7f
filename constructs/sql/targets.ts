/** What the statements of a script say of tables and settings, as far as it can be seen without a parser of SQL. */
import { splitStatements } from './script';

const INSERT = /\binsert\s+(?:into|overwrite)\s+(?:table\s+)?(?:`((?:[^`]|``)+)`|(\w+))(?!\s*\.|\w)/gi;

/** Names of the tables that a script inserts into, without those of another catalog or database. */
export function insertTargets(script: string): string[] {
  return splitStatements(script).flatMap((statement) =>
    [...statement.replace(/'(?:[^']|'')*'/g, "''").matchAll(INSERT)].map(
      ([, quoted, plain]) => quoted?.replaceAll('``', '`') ?? plain ?? '',
    ),
  );
}

/** What the `SET` statements of a script set. */
export function settingsOf(script: string): Record<string, string> {
  return Object.fromEntries(
    splitStatements(script).flatMap((statement) => {
      const [, key, value] = /^set\s+'([^']+)'\s*=\s*'((?:[^']|'')*)'$/i.exec(statement) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value.replaceAll("''", "'")] as const];
    }),
  );
}
