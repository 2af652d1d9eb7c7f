/** Default values of fields (Avro 1.12, "Complex Types", table "field default values"). */
import type { AvroDeclaration, AvroField, AvroSchema } from './declaration';

const INT = [-(2 ** 31), 2 ** 31 - 1] as const;

/**
 * Whether a value of JSON can be the default of a field of this type. In a union, one of its types must take
 * it.
 * @param named declarations of names that the type can refer to
 */
export function isDefaultOf(
  value: unknown,
  type: AvroSchema,
  named: (name: string) => AvroDeclaration | undefined,
): boolean {
  if (Array.isArray(type)) return type.some((branch) => isDefaultOf(value, branch, named));
  if (typeof type !== 'string') return isDefaultOfDeclaration(value, type, named);
  switch (type) {
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'int':
      return Number.isInteger(value) && Number(value) >= INT[0] && Number(value) <= INT[1];
    case 'long':
      return Number.isInteger(value);
    case 'float':
    case 'double':
      return typeof value === 'number';
    case 'bytes':
      return isByteText(value);
    case 'string':
      return typeof value === 'string';
    default: {
      const declaration = named(type);
      // A name that does not exist is another error.
      return declaration === undefined || isDefaultOfDeclaration(value, declaration, named);
    }
  }
}

function isDefaultOfDeclaration(
  value: unknown,
  { type, symbols = [], size, items, values, fields = [] }: AvroDeclaration,
  named: (name: string) => AvroDeclaration | undefined,
): boolean {
  switch (type) {
    case 'enum':
      return typeof value === 'string' && symbols.includes(value);
    case 'fixed':
      return isByteText(value) && value.length === size;
    case 'array':
      return (
        Array.isArray(value) && value.every((item) => items !== undefined && isDefaultOf(item, items, named))
      );
    case 'map':
      return (
        isObject(value) &&
        Object.values(value).every((item) => values !== undefined && isDefaultOf(item, values, named))
      );
    case 'record':
    case 'error':
      return isObject(value) && fields.every((field) => isFieldOf(value, field, named));
    default:
      return isDefaultOf(value, type, named);
  }
}

function isFieldOf(
  record: Readonly<Record<string, unknown>>,
  field: AvroField,
  named: (name: string) => AvroDeclaration | undefined,
): boolean {
  if (!(field.name in record)) return 'default' in field;
  return isDefaultOf(record[field.name], field.type, named);
}

/** Bytes are written as the characters U+0000 to U+00FF. */
const isByteText = (value: unknown): value is string =>
  typeof value === 'string' && [...value].every((character) => (character.codePointAt(0) ?? 0) <= 0xff);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
