/** The Avro schemas of the clone. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Folder of the schemas. */
export const SCHEMAS = path.resolve(__dirname, '..', 'avro_schemas');

/** Text of a schema file by its name; undefined when it does not exist. */
export function readSchema(file: string): string | undefined {
  const full = path.join(SCHEMAS, file);
  return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
}
