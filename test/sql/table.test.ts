import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Column, Page, Row, RowKind } from '../../sql/gateway';
import { parseExact } from '../../sql/gateway';
import { printResult, type PrintOptions } from '../../sql/print';

const COLUMNS: Column[] = [
  { name: 'key_site', type: 'VARCHAR' },
  { name: 'time', type: 'TIMESTAMP_WITHOUT_TIME_ZONE' },
  { name: 'n', type: 'INTEGER' },
];

const row = (fields: unknown[], kind: RowKind = 'INSERT'): Row => ({ kind, fields });

/** What is printed of a result that comes in these pages. */
async function printed(pages: Row[][], options: PrintOptions & { isStream?: boolean } = {}): Promise<string> {
  const out = new PassThrough();
  const whole = text(out);
  const result = async function* (): AsyncGenerator<Page> {
    for (const rows of pages) yield await Promise.resolve({ columns: COLUMNS, rows, isQuery: true });
  };
  await printResult({ isStream: options.isStream ?? false, pages: result() }, out, options);
  out.end();
  return whole;
}

const ROWS = [row(['B009', '2021-07-01T00:00:00', 7]), row(['B018', '2021-07-01T00:00:00.050', null])];

test('a bounded result is as wide as its rows', async () => {
  expect(await printed([ROWS])).toBe(`key_site | time                    | n
---------+-------------------------+--
B009     | 2021-07-01 00:00:00     | 7
B018     | 2021-07-01 00:00:00.050 |
`);
});

test('a result without rows shows its columns', async () => {
  expect(await printed([[]])).toBe('key_site | time | n\n---------+------+--\n');
});

test('rows of a stream begin with their change, and rows before an update are left out', async () => {
  const pages = [
    [row(['a', null, 1])],
    [row(['a', null, 1], 'UPDATE_BEFORE'), row(['a', null, 2], 'UPDATE_AFTER')],
  ];
  expect(await printed([...pages, [row(['a', null, 2], 'DELETE')]], { isStream: true })).toBe(
    `op | key_site | time | n
---+----------+------+-----------
+I | a        |      |          1
+U | a        |      |          2
-D | a        |      |          2
`,
  );
});

test('stops after the given number of rows, across pages', async () => {
  expect((await printed([ROWS, ROWS], { rows: 3, json: true })).trim().split('\n')).toHaveLength(3);
});

test('JSON has a line for each row, with op if the row is not new', async () => {
  expect(
    await printed([[row(['a"b', null, 1]), row(['c', null, 2], 'UPDATE_AFTER')]], {
      json: true,
      isStream: true,
    }),
  ).toBe('{"key_site":"a\\"b","time":null,"n":1}\n{"op":"+U","key_site":"c","time":null,"n":2}\n');
});

test('whole numbers that a double cannot hold, arrays and maps keep their values', async () => {
  const fields = parseExact(
    '["x\\" 12345678901234567890", 9007199254740993, {"a": [1, -9223372036854775808]}]',
  ) as unknown[];
  expect(await printed([[row(fields)]], { json: true })).toBe(
    '{"key_site":"x\\" 12345678901234567890","time":9007199254740993,"n":{"a":[1,-9223372036854775808]}}\n',
  );
});

test('long values are cut, and line breaks are shown', async () => {
  const lines = (await printed([[row(['y'.repeat(60), null, 1]), row(['a\nb', null, 2])]])).split('\n');
  expect(lines[2]).toMatch(/^y{39}… \|/);
  expect(lines[3]).toMatch(/^a⏎b /);
});

test('columns that do not fit are left out and listed', async () => {
  const out = new PassThrough();
  const pages = (async function* () {
    yield await Promise.resolve({ columns: COLUMNS, rows: ROWS, isQuery: true });
  })();
  const { hidden } = await printResult({ isStream: false, pages }, out, { width: 20 });
  expect(hidden).toEqual(['time', 'n']);
});
