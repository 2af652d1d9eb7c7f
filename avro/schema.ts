/**
 * Reads an Avro schema file and reports errors with their place, before anything is deployed with it. It
 * checks what the Avro specification (1.12, "Schema Declaration") requires of a declaration.
 */
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import type { AvroDeclaration, AvroField, AvroSchema } from './declaration';
import { isDefaultOf } from './default';

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];
const COMPLEX = ['record', 'error', 'enum', 'array', 'map', 'fixed'];
const NAMED = ['record', 'error', 'enum', 'fixed'];
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const FULL_NAME = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/**
 * Parses the text of an `.avsc` file.
 *
 * @param file named in errors
 * @throws Error naming the file and the place (line and column, or the path within the schema), what was
 * found and what is allowed
 */
export function parseAvroSchema(text: string, file: string): AvroSchema {
  const errors: ParseError[] = [];
  const json: unknown = parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first)
    throw new Error(`${file}: ${placeOf(first.offset, text)}: not JSON: ${printParseErrorCode(first.error)}`);
  new Checker(file).schema(json, '', undefined);
  return json as AvroSchema;
}

function placeOf(offset: number, text: string): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

class Checker {
  /** Declarations by full name. */
  private readonly defined = new Map<string, AvroDeclaration>();

  constructor(private readonly file: string) {}

  schema(schema: unknown, path: string, namespace: string | undefined): void {
    if (typeof schema === 'string') return this.reference(schema, path, namespace);
    if (Array.isArray(schema)) return this.union(schema, path, namespace);
    if (!isObject(schema)) this.fail(path, schema, 'a type name, a union (array) or a declaration (object)');
    const type = schema.type;
    if (typeof type === 'string' && COMPLEX.includes(type))
      return this.complex(type, schema, path, namespace);
    if (type === undefined) this.fail(path, schema, 'a member "type"');
    this.schema(type, `${path}/type`, namespace);
  }

  private reference(name: string, path: string, namespace: string | undefined): void {
    if (PRIMITIVES.includes(name) || this.defined.has(qualify(name, namespace)) || this.defined.has(name))
      return;
    this.fail(
      path,
      name,
      `one of ${[...PRIMITIVES, ...this.defined.keys()].join(', ')} (names are declared before they are used)`,
    );
  }

  private union(branches: unknown[], path: string, namespace: string | undefined): void {
    if (branches.length === 0) this.fail(path, branches, 'a union of at least one type');
    const seen = new Set<string>();
    branches.forEach((branch, index) => {
      if (Array.isArray(branch)) this.fail(`${path}/${index}`, branch, 'a type: unions do not nest');
      this.schema(branch, `${path}/${index}`, namespace);
      const kind = branchKind(branch, namespace);
      if (seen.has(kind)) this.fail(`${path}/${index}`, kind, 'each type at most once in a union');
      seen.add(kind);
    });
  }

  private complex(type: string, schema: Json, path: string, outer: string | undefined): void {
    const namespace = NAMED.includes(type) ? this.define(schema, path, outer) : outer;
    switch (type) {
      case 'array':
        return this.schema(schema.items, `${path}/items`, namespace);
      case 'map':
        return this.schema(schema.values, `${path}/values`, namespace);
      case 'enum':
        return this.uniqueNames(schema.symbols, `${path}/symbols`, (symbol) => symbol);
      case 'fixed':
        if (!Number.isInteger(schema.size) || (schema.size as number) < 0) {
          this.fail(`${path}/size`, schema.size, 'a whole number of bytes');
        }
        return;
      default:
        this.uniqueNames(schema.fields, `${path}/fields`, (field) =>
          isObject(field) ? field.name : undefined,
        );
        (schema.fields as Json[]).forEach((field, index) => {
          const label = `${path}/fields/${index} (${String(field.name)})`;
          if (field.type === undefined) this.fail(label, field, 'a member "type"');
          this.schema(field.type, `${label}/type`, namespace);
          if ('default' in field) this.fieldDefault(field as unknown as AvroField, label, namespace);
        });
    }
  }

  private fieldDefault(field: AvroField, label: string, namespace: string | undefined): void {
    const named = (name: string) => this.defined.get(qualify(name, namespace)) ?? this.defined.get(name);
    if (isDefaultOf(field.default, field.type, named)) return;
    const type = JSON.stringify(field.type);
    this.fail(`${label}/default`, field.default, `a value of the field's type, ${type}`);
  }

  /** Registers a named type and returns the namespace that applies inside it. */
  private define(schema: Json, path: string, outer: string | undefined): string | undefined {
    const { name, namespace = outer } = schema;
    if (typeof name !== 'string' || !FULL_NAME.test(name)) {
      this.fail(`${path}/name`, name, 'letters, digits and _, not beginning with a digit');
    }
    if (
      namespace !== undefined &&
      (typeof namespace !== 'string' || (namespace !== '' && !FULL_NAME.test(namespace)))
    ) {
      this.fail(`${path}/namespace`, namespace, 'names joined by dots');
    }
    const full = qualify(name, namespace);
    if (this.defined.has(full)) this.fail(`${path}/name`, full, 'a name that is not declared yet');
    this.defined.set(full, schema as unknown as AvroDeclaration);
    return full.includes('.') ? full.slice(0, full.lastIndexOf('.')) : undefined;
  }

  private uniqueNames(list: unknown, path: string, nameOf: (entry: unknown) => unknown): void {
    if (!Array.isArray(list)) this.fail(path, list, 'an array');
    const seen = new Set<unknown>();
    list.forEach((entry: unknown, index) => {
      const name = nameOf(entry);
      if (typeof name !== 'string' || !NAME.test(name)) {
        this.fail(`${path}/${index}`, name, 'a name: letters, digits and _, not beginning with a digit');
      }
      if (seen.has(name)) this.fail(`${path}/${index}`, name, 'each name once');
      seen.add(name);
    });
  }

  private fail(path: string, found: unknown, expected: string): never {
    const text = JSON.stringify(found) ?? 'nothing';
    const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
    throw new Error(`${this.file}: at ${path || '/'}: found ${shown}, expected ${expected}`);
  }
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const qualify = (name: string, namespace: string | undefined) =>
  name.includes('.') || !namespace ? name : `${namespace}.${name}`;

/** Two branches of a union may not be of one kind, except when they are named types of different names. */
function branchKind(branch: unknown, namespace: string | undefined): string {
  if (typeof branch === 'string') return PRIMITIVES.includes(branch) ? branch : qualify(branch, namespace);
  const { type, name, namespace: own = namespace } = branch as Json & { namespace?: string };
  return typeof name === 'string' ? qualify(name, own) : branchKind(type, namespace);
}
