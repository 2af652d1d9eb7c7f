/**
 * Java `.properties` text: one `name=value` a line, sorted by name, so that the same settings are always the
 * same text. Format: java.util.Properties, "load(Reader)".
 */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.keys(properties)
    .sort()
    .map((name) => `${escapeName(name)}=${escapeValue(properties[name] ?? '')}\n`)
    .join('');
}

/**
 * The same settings as environment variables, as the images of Kafka and Confluent read them: upper case, `.`
 * becomes `_`, `_` becomes `__`, `-` becomes `___`. `propertiesEnv('KAFKA', { 'log.dirs': '/d' })` is `{
 * KAFKA_LOG_DIRS: '/d' }`.
 */
export function propertiesEnv(
  prefix: string,
  properties: Readonly<Record<string, string>>,
): Record<string, string> {
  const replaced: Record<string, string> = { _: '__', '-': '___', '.': '_' };
  const entries = Object.keys(properties)
    .sort()
    .map((name) => {
      const variable = name.replace(/[-._]/g, (c) => replaced[c] ?? c).toUpperCase();
      return [`${prefix}_${variable}`, properties[name] ?? ''] as const;
    });
  return Object.fromEntries(entries);
}

/**
 * A backslash begins an escape, a line break would end the value; anything outside Latin-1 is written as its
 * code.
 */
function escapeValue(text: string): string {
  return text
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/^ /, '\\ ')
    .replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function escapeName(name: string): string {
  return escapeValue(name).replace(/[ :=#!]/g, (c) => `\\${c}`);
}
