import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { listInputs } from '../../producer/archive/inputs';
import { formatDamage } from '../../producer/damage';
import { readBatches } from '../../producer/read';
import { ReadReport } from '../../producer/report';
import { bottle, folderOf, readPaths, readStdin, tarOf, tgzOf, type Row } from './helpers';

/** Real files of two stations, next to the repository. */
const REAL = join(__dirname, '../../../shared/bottles');
const describeReal = existsSync(REAL) ? describe : describe.skip;

describeReal(`real bottles of ${REAL}`, () => {
  test('a Day archive of B203', async () => {
    const { rows, report } = await readPaths([join(REAL, 'B20319115Day.tgz')]);
    expect(rows[0]).toEqual({
      session: 'Day',
      key: { site: 'B203' },
      value: {
        ...{ site: 'B203', time: 1_556_150_400_000, timestamp: '2019-04-25 00:00:00' },
        ...{ rs1_t0: 41_149_550, rs2_t0: 41_027_308, rs3_t0: 47_091_853, rs4_t0: 57_124_297 },
        ...{ re1_t0: 135_303, rkd_t0: 200_397, rk1_t0: 311_594, rk2_t0: 304_334 },
        ...{ rdo_ts: 926_062, rro_ts: 0, reo_t0: 130_702, re2_t0: 11_754 },
      },
    });
    expect(rows[3]!.value).toMatchObject({
      timestamp: '2019-04-25 00:30:00',
      ...{ rca_t0: 41_149_000, rca_t3: 12_524, rcd_t5: 3_928 },
    });
    expect(rows.filter(({ value }) => value.rs1_t0 !== undefined).length).toBe(144);
    expect(report).toMatchObject({ files: 1, members: 29, rows: 144, damaged: 0 });
  });

  test('ten minutes at 20 Hz of B202', async () => {
    const { rows, report } = await readPaths([join(REAL, 'B2021901700_20.tar')]);
    expect(rows.length).toBe(12_000);
    expect(rows.every(({ value }, i) => value.time === 1_547_683_200_000 + i * 50)).toBe(true);
    expect(Object.keys(rows[11_999]!.value)).toEqual([
      ...['site', 'time', 'timestamp', 'bs1_t0', 'bs2_t0', 'bs3_t0', 'bs4_t0'],
    ]);
    expect(report.damaged).toBe(0);
  });
});

const hours = (rows: readonly Row[]) => rows.map(({ value }) => value.timestamp.slice(8, 13));

/** An hour's bottle with one sample. */
const hourly = (day: number, hour: number): Buffer =>
  bottle({ start: Date.UTC(2021, 6, day, hour), samples: [1] });

describe('paths', () => {
  test('folders are read in the order of station, session and time, whatever their layout', async () => {
    const folder = folderOf({
      'new/B010.2021182_01.tar': await tarOf([
        'B0102118200.tgz',
        await tgzOf(['B0102118200CH0', hourly(1, 0)]),
      ]),
      'z/B0092118201CH0': hourly(1, 1),
      'a/B0092118202.tgz': await tgzOf(['B0092118202CH0', hourly(1, 2)]),
      B0092118300CH0: hourly(2, 0),
      B0092118200CH0: hourly(1, 0),
      '.hidden/B0092118203CH0': hourly(1, 3),
    });
    const files = await listInputs([folder], () => undefined);
    expect(files.map(({ path }) => path.slice(folder.length + 1))).toEqual([
      'B0092118200CH0',
      'z/B0092118201CH0',
      'a/B0092118202.tgz',
      'B0092118300CH0',
      'new/B010.2021182_01.tar',
    ]);
    const { rows } = await readPaths([folder], { windowBytes: 0 });
    expect(hours(rows)).toEqual(['01 00', '01 01', '01 02', '02 00', '01 00']);
  });

  test('links in folders are followed, each folder once; what cannot be read is reported', async () => {
    const folder = folderOf({ 'data/B0092118200CH0': hourly(1, 0), 'data/README.txt': 'hello' });
    symlinkSync('.', join(folder, 'data/loop'));
    symlinkSync('nowhere', join(folder, 'data/broken'));
    symlinkSync('data', join(folder, 'again'));
    const { rows, report } = await readPaths([folder, join(folder, 'data')]);
    expect(rows.length).toBe(1);
    expect(report.damages.map((damage) => formatDamage(damage).replace(/^.*\//, ''))).toEqual([
      'broken › byte 0: found no such file or directory, expected a readable file or folder',
      'README.txt › byte 0: found the name README.txt, expected the name of a bottle, or gzip or tar data',
    ]);
  });

  test('a path that does not exist stops before anything is read', async () => {
    const folder = folderOf({ B0092118200CH0: hourly(1, 0) });
    await expect(readPaths([folder, join(folder, 'nope')])).rejects.toThrow(
      /nope: no such file or directory$/,
    );
  });

  test('no files is an error; an empty folder next to others is damage', async () => {
    const folder = folderOf({ 'full/B0092118200CH0': hourly(1, 0), 'empty/.keep': '' });
    await expect(readPaths([join(folder, 'empty')])).rejects.toThrow('no files found');
    const { rows, report } = await readPaths([join(folder, 'empty'), join(folder, 'full')]);
    expect(rows.length).toBe(1);
    expect(report.damages).toMatchObject([{ found: 'no files in the folder' }]);
  });

  test('standard input that breaks off', async () => {
    const stdin = new PassThrough();
    stdin.write((await tarOf(['B0092118200CH0', bottle()], ['B0092118200CH1', bottle()])).subarray(0, 1024));
    setImmediate(() => stdin.destroy(new Error('EIO: i/o error, read')));
    const { rows, report } = await readPaths(['-'], { stdin });
    expect(rows.length).toBe(3);
    expect(report.damages).toMatchObject([{ file: '-', offset: 1024, found: 'i/o error' }]);
  });

  test('an empty file', async () => {
    const { report } = await readStdin(Buffer.alloc(0));
    expect(report.damages).toMatchObject([{ file: '-', members: [], found: 'an empty file' }]);
  });
});

describe('strict', () => {
  test('stops at the first damage; the rows before it are out, those of the damaged member are not', async () => {
    const nan = bottle({ type: 'FLOAT4', start: Date.UTC(2021, 6, 1, 1), samples: [NaN] });
    const tar = await tarOf(
      ['B0092118200CH0', hourly(1, 0)],
      ['B0092118201CH0', nan],
      ['B0092118202CH0', hourly(1, 2)],
    );
    const report = new ReadReport();
    const folder = folderOf({ 'a.tar': tar });
    let rows = 0;
    const read = async (): Promise<void> => {
      for await (const { length } of readBatches([folder], report, { strict: true })) rows += length;
    };
    await expect(read()).rejects.toMatchObject({ code: 'INPUT_DAMAGED' });
    await expect(read()).rejects.toThrow(
      /^stopped at the first damage \(--strict\): .*a\.tar › B0092118201CH0 › byte 40: found sample 0 is NaN/,
    );
    expect(rows).toBe(2);
    expect(report.damages.length).toBe(2);
  });
});

describe('a signal', () => {
  test('ends a reading that waits for bytes', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort('SIGTERM'), 20);
    const { rows, report } = await readPaths(['-'], { stdin: new PassThrough(), signal: stop.signal });
    expect(rows).toEqual([]);
    expect(report.damaged).toBe(0);
  });

  test('ends it between batches', async () => {
    const stop = new AbortController();
    const folder = folderOf({
      B0092118200CH0: bottle({ interval: 100, samples: new Array<number>(10_000).fill(1) }),
      B0092118203CH0: bottle({ start: Date.UTC(2021, 6, 1, 3) }),
    });
    const lengths: number[] = [];
    for await (const { length } of readBatches([folder], new ReadReport(), {
      signal: stop.signal,
      windowBytes: 0,
    })) {
      lengths.push(length);
      stop.abort();
    }
    expect(lengths).toEqual([4096]);
  });
});

test('the report counts', async () => {
  const { report } = await readStdin(
    await tgzOf(
      ['B0092118200CH0', bottle({ samples: [1, null, 3] })],
      ['B0092118200CH1', bottle({ samples: [1, null, null] })],
      ['B00921182Rainfallmm', bottle({ type: 'FLOAT4', samples: [1e6] })],
      ['B0092118200CH0', bottle({ samples: [1, null, 4] })],
    ),
  );
  expect(report.summary()).toMatchObject({
    ...{ files: 1, members: 4, bottles: 4, rows: 2, emptyRows: 2, samples: 10, missing: 4 },
    ...{ notFinite: 0, outOfRange: 1, duplicates: 1, conflicts: 1, late: 0, damaged: 2 },
    streams: [
      { site: 'B009', session: 'Day', rows: 0, emptyRows: 1, first: undefined },
      { site: 'B009', session: 'Hour', rows: 2, emptyRows: 1 },
    ],
  });
  expect(report.bytesRead).toBeGreaterThan(100);
  expect(report.bytesTotal).toBeUndefined();
});

test('damages are kept up to 1,000, and all counted', () => {
  const report = new ReadReport();
  for (let i = 0; i < 1500; i++) report.add({ file: 'f', members: [], offset: i, found: 'a', expected: 'b' });
  expect(report.damages.length).toBe(1000);
  expect(report.damaged).toBe(1500);
});
