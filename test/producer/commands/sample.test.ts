import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { EXIT } from '../../../contract';
import { run } from '../../../producer/cli';
import { readBatches } from '../../../producer/read';
import { ReadReport } from '../../../producer/report';

/** Deflating in plain JavaScript is ten times slower in Jest's sandbox. */
jest.setTimeout(30_000);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sample-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs `strain-producer sample …`. */
async function sample(
  args: readonly string[],
  { signal = new AbortController().signal, isTTY = false }: { signal?: AbortSignal; isTTY?: boolean } = {},
) {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const stderr = Object.assign(new PassThrough(), { isTTY });
  const code = await run(['sample', ...args], { stdin, stdout, stderr, env: {}, signal });
  const text = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString() ?? '';
  return { code, out: text(stdout), err: text(stderr) };
}

test('writes the three archives of the demo and says so; the reader finds nothing wrong in them', async () => {
  const { code, out } = await sample([folder]);

  expect(code).toBe(EXIT.ok);
  expect(out).toBe(
    `${folder}/B00921182Day.tgz  6.9 kB\n${folder}/B0092118200.tgz  11.9 kB\n${folder}/B0092118200_20.tar  310.8 kB\n`,
  );
  const report = new ReadReport();
  for await (const batch of readBatches([folder], report)) {
    if (batch.session !== 'Hour' || batch.times[0] !== Date.UTC(2021, 6, 1)) continue;
    expect(batch.columns.map(({ field, values }) => [field, values[0]]).slice(0, 2)).toEqual([
      ['ls1_t0', 48_116_355],
      ['ls2_t0', 49_196_540],
    ]);
  }
  expect(report.damages).toEqual([]);
  // A gap of 20 s, of 00:40:00 too.
  expect(report.streams.map(({ session, rows, emptyRows }) => [session, rows, emptyRows])).toEqual([
    ['Day', 143, 1],
    ['Hour', 3_580, 20],
    ['Min', 71_600, 400],
  ]);
});

test('shows progress on a terminal only', async () => {
  const args = [folder, '--session', 'Day'];
  expect((await sample(args)).err).toBe('');
  expect((await sample(args, { isTTY: true })).err).toMatch(/B00921182Day\.tgz \[.*\] 0 %/);
});

test('leaves its own files as they are, and refuses to replace others without --force', async () => {
  const args = [folder, '--session', 'Day'];
  await sample(args);
  expect((await sample(args)).out).toContain('B00921182Day.tgz  6.9 kB, unchanged');

  const path = join(folder, 'B00921182Day.tgz');
  writeFileSync(path, 'a recording');
  const refused = await sample(args);
  expect(refused.code).toBe(EXIT.failed);
  expect(refused.err).toContain(`${path} exists with other contents and was not replaced`);
  expect(readFileSync(path, 'utf8')).toBe('a recording');
  expect(readdirSync(folder)).toEqual(['B00921182Day.tgz']);

  expect((await sample([...args, '--force'])).code).toBe(EXIT.ok);
  expect(readFileSync(path, 'utf8')).not.toBe('a recording');
});

test('stopped in the middle it leaves no half archive', async () => {
  const stop = new AbortController();
  const running = sample([folder, '--days', '1', '--session', 'Min'], { signal: stop.signal });
  setTimeout(() => stop.abort('SIGTERM'), 100);

  expect((await running).code).toBe(EXIT.terminated);
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that cannot be made', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { code, err } = await sample([file]);
  expect(code).toBe(EXIT.failed);
  expect(err).toContain(`the folder ${file} cannot be written to (EEXIST`);
});

test('days, stations and sessions', async () => {
  await sample([
    folder,
    '--days',
    '2',
    '--stations',
    'B018,B001',
    '--session',
    'Day',
    '--start',
    '2020-12-31',
  ]);
  expect(readdirSync(folder).sort()).toEqual([
    'B00120366Day.tgz',
    'B00121001Day.tgz',
    'B01820366Day.tgz',
    'B01821001Day.tgz',
  ]);
});

describe('--live', () => {
  const filesIn = (below: string): string[] =>
    readdirSync(below, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  test('writes whole archives only, under hidden names until then', async () => {
    const running = sample([folder, '--live', '--speed', '600', '--for', '3']);
    let ended = false;
    void running.finally(() => (ended = true));
    const seen = new Set<string>();
    while (!ended) {
      const visible = filesIn(folder).filter((path) => !basename(path).startsWith('.'));
      for (const path of visible.filter((file) => !seen.has(file))) {
        const report = new ReadReport();
        for await (const { length } of readBatches([path], report)) expect(length).toBeGreaterThan(0);
        expect(report.damages).toEqual([]);
        seen.add(path);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const { code, out } = await running;
    expect(code).toBe(EXIT.ok);
    expect(seen.size).toBeGreaterThan(5);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split('  ')[0]),
    ).toEqual(expect.arrayContaining([...seen]));
    expect(filesIn(folder).filter((path) => basename(path).startsWith('.'))).toEqual([]);
  });

  test.each([
    ['SIGINT', EXIT.interrupted],
    ['SIGTERM', EXIT.terminated],
  ])('%s ends it with exit code %i and leaves no half archive', async (name, expected) => {
    const stop = new AbortController();
    const running = sample([folder, '--live', '--speed', '5000'], { signal: stop.signal });
    setTimeout(() => stop.abort(name), 300);
    expect((await running).code).toBe(expected);
    expect(filesIn(folder).filter((path) => !path.endsWith('.tgz'))).toEqual([]);
  });
});

test.each([
  [['--live', '--days', '2'], "option '--live' cannot be used with option '--days <n>'"],
  [['--speed', '60'], '--speed needs --live'],
  [['--for', '60'], '--for needs --live'],
  [['--live', '--speed', '0'], 'Expected a number above 0, at most 5000.'],
  [['--days', '0'], 'Expected a whole number from 1 to 36525.'],
  [['--stations', 'B9'], '"B9" is not a station: expected four letters or digits, for example B009'],
  [['--stations', '992'], 'Expected a whole number from 1 to 991.'],
  [['--session', 'Day,Week'], '"Week" is not a session: expected one of Day, Hour, Min.'],
  [['--start', '2021-02-29'], 'Expected a date from 2000-01-01 to 2099-12-31, for example 2021-07-01.'],
  [['--start', '2099-12-31', '--days', '2'], '--days go beyond 2099'],
  [['--public-names'], 'give --days too'],
])('refuses %j', async (args, message) => {
  const { code, err } = await sample([folder, ...args]);
  expect(code).toBe(EXIT.usage);
  expect(err).toContain(message);
  expect(readdirSync(folder)).toEqual([]);
});
