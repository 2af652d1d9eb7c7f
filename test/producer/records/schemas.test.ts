import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SCHEMA_FILES } from '../../../contract';
import { defaultSchemasRoot, emptyRow, loadSchemas } from '../../../producer/records/schemas';

interface Schema {
  type?: unknown;
  fields: { name: string; type: unknown; default?: unknown }[];
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'schemas-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A copy of the schemas, the value's one changed. */
function changed(change: (schema: Schema) => void): string {
  for (const file of Object.values(SCHEMA_FILES)) {
    const schema = JSON.parse(readFileSync(join(defaultSchemasRoot(), file), 'utf8')) as Schema;
    if (file === SCHEMA_FILES.value) change(schema);
    writeFileSync(join(folder, file), JSON.stringify(schema));
  }
  return folder;
}

test("the default is the clone's avro_schemas", () => {
  expect(defaultSchemasRoot()).toBe(join(__dirname, '../../../avro_schemas'));
});

test('what the registry gets keeps docs and logical types', () => {
  const { value } = loadSchemas(defaultSchemasRoot());
  expect(value.json).toContain('timestamp-millis');
  expect(value.json).toContain('Day CH0: gauge 0');
});

test('throws if a file is missing, and names it', () => {
  expect(() => loadSchemas(folder)).toThrow(
    `cannot read the schema ${join(folder, SCHEMA_FILES.key)} (ENOENT)`,
  );
});

test('throws if a file is not an Avro record', () => {
  expect(() => loadSchemas(changed((schema) => (schema.type = 'enum')))).toThrow(
    /gtsm_etl-value.avsc is not an Avro schema of a row: it is not a record/,
  );
});

test('throws if a field of the rows is missing: its name', () => {
  const root = changed((schema) => {
    schema.fields = schema.fields.filter(({ name }) => name !== 'bs1_t0' && name !== 'time');
  });
  expect(() => loadSchemas(root)).toThrow(/value.avsc has no field time, bs1_t0, which the rows contain/);
});

test.each([
  ['text', ['string', 'null']],
  ['not nullable', 'int'],
])('throws if a sample field is %s', (_, type) => {
  const root = changed((schema) => {
    for (const field of schema.fields) if (field.name === 'rca_t0') field.type = type;
  });
  expect(() => loadSchemas(root)).toThrow(/value.avsc: field rca_t0 has the type/);
});

test('a field that the rows do not know is null, or its default', () => {
  const root = changed((schema) => {
    schema.fields.push({ name: 'note', type: ['string', 'null'] });
    schema.fields.push({ name: 'network', type: 'string', default: 'PB' });
  });
  const { value } = loadSchemas(root);
  const row = { ...emptyRow(value), site: 'B009', time: 0, timestamp: '' };
  expect(value.type.fromBuffer(value.type.toBuffer(row))).toMatchObject({ note: null, network: 'PB' });
});

test('throws if a field that the rows do not know must be filled', () => {
  const root = changed((schema) => schema.fields.push({ name: 'network', type: 'string' }));
  expect(() => loadSchemas(root)).toThrow(/field network has the type "string", which cannot hold null/);
});

test('a missing sample is null even where the schema has another default', () => {
  const root = changed((schema) => {
    for (const field of schema.fields) if (field.name === 'bs1_t0') field.default = 0;
  });
  expect(emptyRow(loadSchemas(root).value)).toMatchObject({ bs1_t0: null });
});
