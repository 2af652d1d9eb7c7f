/** Tables and settings in the statements of a script, as far as they can be found without a SQL parser. */
import { splitStatements } from './script';

const INSERT = /\binsert\s+(?:into|overwrite)\s+(?:table\s+)?(?:`((?:[^`]|``)+)`|(\w+))(?!\s*\.|\w)/gi;

/** Names of the tables that a script inserts into, except tables of another catalog or database. */
export function insertTargets(script: string): string[] {
  return splitStatements(script).flatMap((statement) =>
    [...statement.replace(/'(?:[^']|'')*'/g, "''").matchAll(INSERT)].map(
      ([, quoted, plain]) => quoted?.replaceAll('``', '`') ?? plain ?? '',
    ),
  );
}

/** Settings from the `SET` statements of a script. */
export function settingsOf(script: string): Record<string, string> {
  return Object.fromEntries(
    splitStatements(script).flatMap((statement) => {
      const [, key, value] = /^set\s+'([^']+)'\s*=\s*'((?:[^']|'')*)'$/i.exec(statement) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value.replaceAll("''", "'")] as const];
    }),
  );
}
