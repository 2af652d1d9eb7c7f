import { gzipSync } from 'node:zlib';

import * as fc from 'fast-check';

import { Inflater } from '../../../producer/archive/gzip';
import { DEFAULT_LIMITS } from '../../../producer/archive/limits';
import { chunksOf, sourceOf } from '../helpers';

async function inflate(inflater: Inflater): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of inflater) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Bytes that do not compress to almost nothing. */
const TEXT = Buffer.from(Array.from({ length: 20_000 }, (_, i) => ((i * i * 2_654_435_761) >>> 13) & 0x3f));

test('inflates in chunks of any size, several gzip members in a row, and padding after them', () => {
  const data = Buffer.concat([gzipSync(TEXT), gzipSync(''), gzipSync('end'), Buffer.alloc(600)]);
  const check = fc.asyncProperty(fc.integer({ min: 1, max: data.length }), async (size) => {
    const inflater = new Inflater(sourceOf(chunksOf(data, size)), DEFAULT_LIMITS, undefined);
    expect((await inflate(inflater)).equals(Buffer.concat([TEXT, Buffer.from('end')]))).toBe(true);
    expect(inflater.flaw).toBeUndefined();
  });
  return fc.assert(check, { seed: 31, numRuns: 30 });
});

test('wherever the data is cut, everything before the cut is inflated, and the offset of the cut is known', () => {
  const data = gzipSync(TEXT);
  const check = fc.asyncProperty(fc.integer({ min: 2, max: data.length - 1 }), async (size) => {
    const inflater = new Inflater(sourceOf([data.subarray(0, size)]), DEFAULT_LIMITS, undefined);
    const inflated = await inflate(inflater);
    expect(TEXT.subarray(0, inflated.length).equals(inflated)).toBe(true);
    expect(inflated.length).toBeGreaterThan(size > data.length - 8 ? TEXT.length - 1 : size - 500);
    expect(inflater.flaw).toMatchObject({ offset: size, found: 'the end of the data' });
  });
  return fc.assert(check, { seed: 32, numRuns: 50 });
});

test('a wrong check sum loses nothing that came before it', async () => {
  const data = gzipSync(TEXT);
  data.writeUInt32LE(1, data.length - 8);
  const inflater = new Inflater(sourceOf([data]), DEFAULT_LIMITS, undefined);
  expect((await inflate(inflater)).equals(TEXT)).toBe(true);
  expect(inflater.flaw).toEqual({
    offset: data.length - 4,
    found: 'damaged gzip data (incorrect data check)',
    expected: 'data that inflate',
  });
  expect(inflater.cut).toBe(
    `its gzip data at byte ${data.length - 4}: damaged gzip data (incorrect data check)`,
  );
});

test('bytes after the gzip data', async () => {
  const data = gzipSync(TEXT);
  const inflater = new Inflater(sourceOf([data, Buffer.from('more')]), DEFAULT_LIMITS, undefined);
  expect((await inflate(inflater)).equals(TEXT)).toBe(true);
  expect(inflater.flaw).toEqual({
    offset: data.length,
    found: 'bytes after the gzip data',
    expected: 'their end',
  });
  expect(inflater.cut).toBeUndefined();
});

test('why the compressed bytes end is said', async () => {
  const inflater = new Inflater(
    sourceOf([gzipSync(TEXT).subarray(0, 90)], 'i/o error'),
    DEFAULT_LIMITS,
    undefined,
  );
  await inflate(inflater);
  expect(inflater.flaw).toEqual({
    offset: 90,
    found: 'the end of the data (i/o error)',
    expected: 'the rest of the gzip data',
  });
});

describe('limits', () => {
  const zeros = gzipSync(Buffer.alloc(1_000_000));

  test('an archive may inflate to inflatedBytes, however well it is compressed', async () => {
    const limits = { ...DEFAULT_LIMITS, inflatedBytes: 1_000_000 };
    const inflater = new Inflater(sourceOf([zeros]), limits, undefined);
    expect((await inflate(inflater)).length).toBe(1_000_000);
    expect(inflater.flaw).toBeUndefined();
  });

  test('beyond it, to inflatedRatio times its size', async () => {
    const limits = { ...DEFAULT_LIMITS, inflatedBytes: 100_000, inflatedRatio: 20 };
    const inflater = new Inflater(sourceOf(chunksOf(zeros, 64)), limits, undefined);
    expect((await inflate(inflater)).length).toBeLessThan(200_000);
    expect(inflater.flaw?.found).toMatch(/^\d+ bytes that inflate to more than \d+$/);
    expect(inflater.flaw?.expected).toBe(
      'at most 100000 (the limit against archives made to exhaust the reader)',
    );
  });

  test('compressed archives within it count too', async () => {
    const limits = { ...DEFAULT_LIMITS, nestedBytes: 1_500_000, inflatedRatio: 1 };
    const outer = new Inflater(sourceOf([gzipSync('outer')]), limits, undefined);
    await inflate(new Inflater(sourceOf([zeros]), limits, outer));
    await inflate(new Inflater(sourceOf([zeros]), limits, outer));
    await inflate(outer);
    expect(outer.flaw?.expected).toContain('at most 1500000');
  });
});
