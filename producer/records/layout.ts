/**
 * Where a row's values go in its Avro record, for schemas of the usual shape: `site` and `timestamp` are
 * strings, `time` is a long, samples are ints or longs, each of them possibly in a union.
 *
 * A value in a union is preceded by the index of its branch, a long (Avro specification 1.12, "Binary
 * Encoding", unions): 2 * index in one byte. Null has no bytes of its own.
 */
import { types } from 'avsc';

import { isRowField, isSampleField, type RowSchema } from './schemas';

/** A field that holds a value of the rows. */
export interface ValueField {
  readonly kind: 'site' | 'time' | 'timestamp' | 'sample';
  readonly name: string;
  /** Bytes before the value: the branch of a union, or none. */
  readonly branch: Buffer;
  /** The field without a value. */
  readonly absent: Buffer;
}

/** A field that the rows do not have: null or its default, the same bytes in every record. */
export interface ConstantField {
  readonly kind: 'constant';
  readonly name: string;
  readonly bytes: Buffer;
}

export type FieldLayout = ValueField | ConstantField;

/** The fields of a record in order, or why the schema does not have the usual shape. */
export type Layout =
  { readonly fields: readonly FieldLayout[]; readonly unknown?: undefined } | { readonly unknown: string };

/** An Avro type as JSON. */
type Json = string | Json[] | { readonly type?: Json };

const TYPES: Readonly<Record<ValueField['kind'], readonly string[]>> = {
  site: ['string'],
  time: ['long'],
  timestamp: ['string'],
  sample: ['int', 'long'],
};

/** Largest number of branches whose indices take one byte. */
const MOST_BRANCHES = 64;

/** Returns the layout of a schema that `loadSchemas` has accepted. */
export function layoutOf({ json, type }: RowSchema): Layout {
  const { fields } = JSON.parse(json) as { fields: { name: string; type: Json }[] };
  const layout: FieldLayout[] = [];
  for (const { name, type: json } of fields) {
    if (!isRowField(name)) {
      layout.push({ kind: 'constant', name, bytes: constantBytes(type, name) });
      continue;
    }
    const kind = isSampleField(name) ? 'sample' : (name as 'site' | 'time' | 'timestamp');
    const branch = branchOf(json, TYPES[kind]);
    const absent = branchOf(json, ['null']);
    if (!branch || (kind === 'sample' && !absent)) {
      return { unknown: `field ${name} has the type ${JSON.stringify(json)}` };
    }
    layout.push({ kind, name, branch, absent: absent ?? Buffer.alloc(0) });
  }
  return { fields: layout };
}

/** The bytes before a value of one of these types; undefined when the schema has no such type. */
function branchOf(schema: Json, names: readonly string[]): Buffer | undefined {
  if (!Array.isArray(schema)) return names.includes(nameOf(schema)) ? Buffer.alloc(0) : undefined;
  const index = schema.findIndex((branch) => names.includes(nameOf(branch)));
  return index < 0 || schema.length > MOST_BRANCHES ? undefined : Buffer.of(2 * index);
}

/** Name of a type. Attributes such as a logical type do not change its bytes. */
function nameOf(schema: Json): string {
  if (typeof schema === 'string') return schema;
  return Array.isArray(schema) || schema.type === undefined ? '' : nameOf(schema.type);
}

/** What avsc writes for a field that a record does not mention. */
function constantBytes(record: unknown, name: string): Buffer {
  const field = record instanceof types.RecordType ? record.field(name) : undefined;
  if (!field) throw new Error(`the schema has no field ${name}`);
  const value: unknown = field.defaultValue();
  return field.type.toBuffer(value === undefined ? null : value);
}
