/** Columns of a Flink SQL table from the fields of an Avro record. */
import type { AvroDeclaration, AvroField, AvroSchema } from './declaration';
import { parseAvroSchema } from './schema';

/** A column that is a field of a record in Kafka. */
export interface Column {
  readonly name: string;
  /** SQL type, with `NOT NULL` when the field is never null. */
  readonly type: string;
}

/**
 * Returns a column for each field of a record schema, with the type as which Flink's `avro-confluent` format
 * reads the field (flink.apache.org, "Avro Format", data type mapping).
 *
 * @param text the schema's text
 * @param what what the schema is, for messages
 * @param prefix prefix of each column name
 */
export function avroColumns(text: string, what: string, prefix = ''): Column[] {
  const schema = parseAvroSchema(text, what);
  if (typeof schema === 'string' || isUnion(schema) || schema.type !== 'record') {
    throw new Error(`${what}: expected a record, whose fields become columns`);
  }
  return (schema.fields ?? []).map((field) => ({
    name: prefix + field.name,
    type: columnType(field, `${what}: field ${field.name}`),
  }));
}

function columnType(field: AvroField, what: string): string {
  const { type, nullable } = withoutNull(field.type, what);
  const sql = sqlType(type, what);
  return nullable ? sql : `${sql} NOT NULL`;
}

/** A union of null and another type is that type, nullable, in either order. */
function withoutNull(
  schema: AvroSchema,
  what: string,
): { type: string | AvroDeclaration; nullable: boolean } {
  if (!isUnion(schema)) return { type: schema, nullable: false };
  const [type, ...more] = schema.filter((branch) => branch !== 'null');
  const nullable = schema.includes('null');
  if (type === undefined || isUnion(type) || more.length > 0) {
    throw new Error(`${what}: Flink has no column for this union; expected one type, or one type and null`);
  }
  return { type, nullable };
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  int: 'INT',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  bytes: 'BYTES',
  string: 'STRING',
};

/**
 * Logical types by their underlying type. Instants become date and time in UTC, whatever the session's time
 * zone.
 */
const LOGICAL: Readonly<Record<string, string>> = {
  'int date': 'DATE',
  'int time-millis': 'TIME(3)',
  'long timestamp-millis': 'TIMESTAMP(3)',
  'long timestamp-micros': 'TIMESTAMP(6)',
};

function sqlType(type: string | AvroDeclaration, what: string): string {
  if (typeof type === 'string') return PRIMITIVES[type] ?? refuse(what, type);
  const inner = type.type;
  if (typeof inner !== 'string') return refuse(what, JSON.stringify(type));
  if (inner === 'array' && type.items !== undefined) return `ARRAY<${elementType(type.items, what)}>`;
  if (inner === 'map' && type.values !== undefined)
    return `MAP<STRING NOT NULL, ${elementType(type.values, what)}>`;
  // A logical type that Flink does not know is read as its underlying type, as the Avro specification
  // requires.
  return LOGICAL[`${inner} ${type.logicalType}`] ?? PRIMITIVES[inner] ?? refuse(what, inner);
}

function elementType(schema: AvroSchema, what: string): string {
  const { type, nullable } = withoutNull(schema, what);
  return `${sqlType(type, what)}${nullable ? '' : ' NOT NULL'}`;
}

function refuse(what: string, type: string): never {
  const known = Object.keys(PRIMITIVES).join(', ');
  throw new Error(
    `${what}: Flink's avro-confluent format cannot read ${type} into a column; expected ${known}, array or map`,
  );
}

/** TypeScript's own Array.isArray does not narrow a union that has a readonly member. */
function isUnion(schema: AvroSchema): schema is AvroSchema[] {
  return Array.isArray(schema);
}
