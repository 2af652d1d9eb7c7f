/**
 * Finds and parses the Avro schemas of the rows, and checks them against the rows before any input is read.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Type } from 'avsc';

import { SCHEMA_FILES, SCHEMAS_MOUNT_PATH } from '../../contract';
import { UserError } from '../../contract/user-error';
import { CHANNELS } from '../bottle/channels';

/** One schema, as the registry gets it and as the encoder uses it. */
export interface RowSchema {
  /** Path of the file, for messages. */
  readonly file: string;
  /** The schema as compact JSON, with docs and logical types. */
  readonly json: string;
  readonly type: Type;
}

/** The schemas of a message's two parts. */
export interface RowSchemas {
  readonly key: RowSchema;
  readonly value: RowSchema;
}

/** A value as the encoder takes it. */
export type AvroRow = Record<string, number | string | null | undefined>;

/** Fields that are in every row, and fields that hold a sample or null. */
const FILLED_FIELDS = ['site', 'time', 'timestamp'];
const SAMPLE_FIELDS = CHANNELS.map((channel) => channel.field);
const SAMPLE_FIELD_SET: ReadonlySet<string> = new Set(SAMPLE_FIELDS);
const ROW_FIELDS: ReadonlySet<string> = new Set([...FILLED_FIELDS, ...SAMPLE_FIELDS]);

/** Whether rows have a value for this field. */
export const isRowField = (name: string): boolean => ROW_FIELDS.has(name);
/** Whether the field holds a sample or null. */
export const isSampleField = (name: string): boolean => SAMPLE_FIELD_SET.has(name);

/**
 * Folders above this file to look in: the repository's root is at most this far from the sources and from the
 * built form.
 */
const LEVELS_UP = 5;

/**
 * Returns the folder `avro_schemas` of this repository; outside a repository, the one that containers mount.
 */
export function defaultSchemasRoot(): string {
  let folder = __dirname;
  for (let level = 0; level < LEVELS_UP; level++) {
    folder = dirname(folder);
    const schemas = join(folder, 'avro_schemas');
    if (existsSync(join(schemas, SCHEMA_FILES.value))) return schemas;
  }
  return SCHEMAS_MOUNT_PATH;
}

/**
 * Reads the two schema files of a folder. Throws a UserError `SCHEMA_INVALID` when one is missing, is not a
 * record, or does not fit the rows.
 */
export function loadSchemas(root: string): RowSchemas {
  const key = loadSchema(join(root, SCHEMA_FILES.key));
  const value = loadSchema(join(root, SCHEMA_FILES.value));
  checkFields(key, ['site'], []);
  checkFields(value, FILLED_FIELDS, SAMPLE_FIELDS);
  return { key, value };
}

/**
 * A row with null in every field. A field that the rows do not have gets its default, if there is one.
 */
export function emptyRow(schema: RowSchema): AvroRow {
  const { fields } = JSON.parse(schema.json) as { fields: { name: string; default?: unknown }[] };
  return Object.fromEntries(
    fields.map((field) => [field.name, 'default' in field && !ROW_FIELDS.has(field.name) ? undefined : null]),
  );
}

function loadSchema(file: string): RowSchema {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(
      'SCHEMA_INVALID',
      `cannot read the schema ${file} (${(error as NodeJS.ErrnoException).code})`,
      { fix: 'give the folder that contains it by --schemas or AVRO_SCHEMAS_ROOT', cause: error },
    );
  }
  return parseSchema(file, text);
}

/**
 * Parses the schema of a record. Throws a UserError `SCHEMA_INVALID`, with the name of the file, if it is not
 * one.
 */
export function parseSchema(file: string, text: string): RowSchema {
  try {
    const schema = JSON.parse(text) as { type?: string; fields?: unknown[] };
    if (schema.type !== 'record' || !schema.fields) throw new Error('it is not a record');
    // 'never': a union's value is written as it is, not as {"int": 7}.
    const type = Type.forSchema(schema as Parameters<typeof Type.forSchema>[0], { wrapUnions: 'never' });
    return { file, json: JSON.stringify(schema), type };
  } catch (error) {
    throw new UserError(
      'SCHEMA_INVALID',
      `${file} is not an Avro schema of a row: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Throws unless the schema can write a row with all of `filled` and `samples`, and a row with only `filled`.
 */
function checkFields(schema: RowSchema, filled: readonly string[], samples: readonly string[]): void {
  const row = emptyRow(schema);
  const missing = [...filled, ...samples].filter((field) => !(field in row));
  if (missing.length > 0) {
    throw new UserError(
      'SCHEMA_INVALID',
      `${schema.file} has no field ${missing.join(', ')}, which the rows contain`,
      { fix: "add it as in the producer's own schema" },
    );
  }
  for (const field of filled) row[field] = field === 'time' ? Date.UTC(2100, 0) : 'B009';
  rejectMisfit(schema, row);
  for (const field of samples) row[field] = -(2 ** 31);
  rejectMisfit(schema, row);
}

function rejectMisfit(schema: RowSchema, row: AvroRow): void {
  schema.type.isValid(row, {
    errorHook: (path, value, type) => {
      throw new UserError(
        'SCHEMA_INVALID',
        `${schema.file}: field ${path.join('.')} has the type ${JSON.stringify(type)}, ` +
          `which cannot hold ${JSON.stringify(value)}, a value of the rows`,
        {
          fix: 'give the fields of the rows the type "int" or null, and other fields a default or a union with null',
        },
      );
    },
  });
}
