import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseBottleName } from '../../producer/bottle/name';
import { readBatches } from '../../producer/read';
import { ReadReport } from '../../producer/report';
import { ndjsonFormatter } from '../../producer/rows/json';
import { differences, EXPECTED, makeFixtures } from '../fixtures/make';
import type { Expected, Row } from '../fixtures/parts';

/** Deflating in plain JavaScript is ten times slower in Jest's sandbox. */
jest.setTimeout(30_000);

const FIXTURES = join(__dirname, '../fixtures');
const NAMES = readdirSync(FIXTURES)
  .filter((name) => name.endsWith(EXPECTED))
  .map((name) => name.slice(0, -EXPECTED.length));

const expectedOf = (name: string): Expected =>
  JSON.parse(readFileSync(join(FIXTURES, name + EXPECTED), 'utf8')) as Expected;

/** What the reader makes of one input. */
async function read(path: string, stdin?: Readable): Promise<{ rows: Row[]; report: ReadReport }> {
  const report = new ReadReport();
  const format = ndjsonFormatter();
  let lines = '';
  for await (const batch of readBatches([path], report, { stdin })) lines += format(batch);
  const rows = lines.split('\n').filter(Boolean);
  return { rows: rows.map((line) => JSON.parse(line) as Row), report };
}

function check(name: string, { rows, report }: Awaited<ReturnType<typeof read>>): void {
  const expected = expectedOf(name);
  expect([...rows].sort(byStreamAndTime)).toEqual(expected.rows);
  for (const { site, session } of report.streams) {
    const stream = rows.filter((row) => row.key.site === site && row.session === session);
    expect(stream).toEqual([...stream].sort(byStreamAndTime));
  }
  expect(report.damages.map(({ members, offset }) => ({ members, offset }))).toEqual(
    expected.damages.map(({ members, offset = expect.any(Number) as number }) => ({ members, offset })),
  );
  report.damages.forEach((damage, i) => expect(damage.found).toContain(expected.damages[i]?.found));
  expect(report.summary()).toMatchObject({
    rows: expected.rows.length,
    emptyRows: expected.emptyRows,
    duplicates: expected.duplicates,
    damaged: expected.damages.length,
  });
}

function byStreamAndTime(a: Row, b: Row): number {
  const [left, right] = [a, b].map(
    (row) => `${row.key.site} ${row.session} ${String(row.value.time).padStart(14, '0')}`,
  );
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}

function* inChunks(data: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

test('the fixtures are what would be made', async () => {
  expect(differences(await makeFixtures())).toEqual([]);
});

test.each(NAMES)('%s gives its expected rows and damages', async (name) => {
  check(name, await read(join(FIXTURES, name)));
});

/** Not bare bottles, which have no name on standard input; and not the bombs, which take long. */
const STREAMED = NAMES.filter((name) => parseBottleName(name) === undefined && !name.startsWith('bomb-'));

describe.each([1, 7, 511, 4_099])('fed in chunks of %i bytes', (size) => {
  test.each(STREAMED)('%s gives the same', async (name) => {
    const data = readFileSync(join(FIXTURES, name));
    check(name, await read('-', Readable.from(inChunks(data, size))));
  });
});
