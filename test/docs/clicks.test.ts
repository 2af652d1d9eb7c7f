import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkOneJob } from '../../constructs/sql/script';
import { CLICKS } from '../../jobs/clicks';
import { jobSql } from '../../jobs/definition';
import { readSchema } from '../../avro/folder';
import { POPULAR } from '../jobs/example';

const page = readFileSync(path.join(__dirname, '../../docs/jobs/clicks.md'), 'utf8');

test('the page of clicks shows the SQL that runs', () => {
  for (const sql of [...(CLICKS.declarations ?? []), CLICKS.statement]) expect(page).toContain(sql);
});

test("the user's own job is shown as it is here", () => {
  const source = readFileSync(path.join(__dirname, '../jobs/example.ts'), 'utf8');
  expect(page).toContain(source.slice(source.indexOf('export const')).trim());
});

test("the user's own job is one Flink job", () => {
  const schemas: Record<string, string | undefined> = {
    'clicks_names-value.avsc': readSchema('clicks_names-value.avsc'),
    'popular-key.avsc': '{"type":"record","name":"k","fields":[{"name":"name","type":"string"}]}',
    'popular-value.avsc': '{"type":"record","name":"v","fields":[{"name":"clicks","type":"long"}]}',
  };
  const addresses = { bootstrapServers: 'k:9092', registryUrl: 'http://r:8081' };
  const sql = jobSql(POPULAR, addresses, (file) => schemas[file]);
  expect(() => checkOneJob(sql)).not.toThrow();
});
