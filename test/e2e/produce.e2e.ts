import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readCommitted } from './committed';
import { asParsed, produce, strainProducer } from './producing';
import { REAL_BOTTLES, services } from './services';

const FIXTURES = path.resolve(__dirname, '../fixtures');

let folder: string;
let rows: string[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'produce-'));
  await strainProducer(['sample', folder]);
  rows = await parsed(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function parsed(input: string): Promise<string[]> {
  return (await strainProducer(['parse', input])).stdout.trim().split('\n');
}

test('the samples in Kafka, read back by another client, are what parse prints, row for row', async () => {
  const { code, stderr } = await produce('samples', [folder]);
  expect(code).toBe(0);
  const count = rows.length.toLocaleString('en-US');
  expect(stderr).toContain(`${count} rows committed`);
  const messages = await readCommitted('samples', rows.length);
  // One station: one partition, in the order of parse.
  expect(new Set(messages.map(({ partition }) => partition)).size).toBe(1);
  expect(asParsed(messages)).toEqual(rows);
});

(existsSync(REAL_BOTTLES) ? test : test.skip)(
  'and so are real bottles, without compression too',
  async () => {
    const { code } = await produce('real', [REAL_BOTTLES, '--compression', 'none']);
    expect(code).toBe(0);
    const expected = await parsed(REAL_BOTTLES);
    const rows = asParsed(await readCommitted('real', expected.length));
    expect(rows.sort()).toEqual(expected.sort());
    expect(rows.filter((row) => row.includes('"session":"Min"'))).toHaveLength(12_000);
  },
);

test('without a path, publishes samples that it makes', async () => {
  const { code, stderr } = await produce('no-path', []);
  expect(stderr).toMatch(/no path given: using the new samples in/);
  expect(code).toBe(0);
  expect(stderr).toContain(`${rows.length.toLocaleString('en-US')} rows committed`);
});

test('damage: what can be read is published, the damage is listed, exit 3', async () => {
  const { code, stderr } = await produce('damage', [FIXTURES]);
  expect(code).toBe(3);
  expect(stderr).toMatch(/› byte \d+: found .*, expected /);
  expect(stderr).toMatch(/^[1-9][\d,]* rows committed/m);
});

test('--strict stops at the first damage, exit 3', async () => {
  const { code, stderr } = await produce('strict', [FIXTURES, '--strict']);
  expect(code).toBe(3);
  expect(stderr).toContain('stopped at the first damage (--strict)');
  expect(stderr).toMatch(/^1 damaged/m);
});

test('the summary is one line of JSON with --log-format json', async () => {
  const { stderr } = await strainProducer([
    ...['--log-format', 'json', 'produce', folder, '--topic', 'json'],
    ...['--bootstrap-servers', services.addresses.bootstrapServers],
    ...['--schema-registry', services.addresses.registryUrl],
  ]);
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.at(-1)).toMatchObject({
    summary: {
      files: 3,
      rows: rows.length,
      acknowledged: rows.length,
      damaged: 0,
      archives: { published: 3 },
    },
  });
});

test('the subjects are registered once, under the names that consumers expect', async () => {
  const subjects = (await (await fetch(`${services.addresses.registryUrl}/subjects`)).json()) as string[];
  expect(subjects).toEqual(expect.arrayContaining(['samples-key', 'samples-value']));
  const versions = await fetch(`${services.addresses.registryUrl}/subjects/samples-value/versions`);
  expect(await versions.json()).toEqual([1]);
});
