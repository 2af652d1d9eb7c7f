/** Names and texts as SQL takes them, whatever stands in them. */

/** A name as SQL takes it whatever it is: in back-quotes. */
export function identifier(name: string): string {
  return `\`${name.replace(/`/g, '``')}\``;
}

/** A text as a SQL literal. */
export function literal(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}
