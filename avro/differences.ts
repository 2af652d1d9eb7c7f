/** Describes how two record schemas differ, field by field. */

/** Number of differences that are listed; the rest are counted. */
const LISTED = 8;

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly default?: unknown;
}

/** The differences between a registered schema and ours, both JSON texts, in words that name the fields. */
export function describeDifferences(registered: string, ours: string): string {
  const [theirs, own] = [registered, ours].map((text) => JSON.parse(text) as Record<string, unknown>);
  const found: string[] = [];
  for (const name of ['type', 'namespace', 'name']) {
    if (theirs?.[name] !== own?.[name]) {
      found.push(`${name} ${show(theirs?.[name])} there, ${show(own?.[name])} here`);
    }
  }
  const theirFields = fieldsOf(theirs);
  const ownFields = fieldsOf(own);
  const types: string[] = [];
  const onlyHere: string[] = [];
  for (const [name, field] of ownFields) {
    const other = theirFields.get(name);
    if (!other)
      onlyHere.push(`field ${name} only here, ${'default' in field ? 'with' : 'without'} a default`);
    else if (show(bare(other.type)) !== show(bare(field.type))) {
      types.push(`field ${name} is ${show(bare(other.type))} there, ${show(bare(field.type))} here`);
    }
  }
  const onlyThere = [...theirFields.keys()].filter((name) => !ownFields.has(name));
  found.push(...types, ...onlyThere.map((name) => `field ${name} only there`), ...onlyHere);
  if (found.length === 0) return 'in nothing but order, docs and defaults';
  const rest = found.length - LISTED;
  return found.slice(0, LISTED).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

function fieldsOf(schema: Record<string, unknown> | undefined): Map<string, Field> {
  const fields = Array.isArray(schema?.fields) ? (schema.fields as Field[]) : [];
  return new Map(fields.map((field) => [field.name, field]));
}

/** A type without redundant wrapping: `{"type":"int"}` is `"int"`. */
function bare(type: unknown): unknown {
  if (Array.isArray(type)) return type.map(bare);
  if (type === null || typeof type !== 'object') return type;
  const rest = Object.entries(type).filter(([property]) => property !== 'doc');
  return rest.length === 1 && 'type' in type ? bare(type.type) : Object.fromEntries(rest);
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'none';
