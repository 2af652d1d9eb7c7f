/** Quoting for SQL. */

/** A SQL identifier in backticks. */
export function identifier(name: string): string {
  return `\`${name.replace(/`/g, '``')}\``;
}

/** A SQL string literal. */
export function literal(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}
