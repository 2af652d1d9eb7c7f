import * as fc from 'fast-check';
import { Header } from 'tar/header';

import { ByteCursor } from '../../../producer/archive/cursor';
import { isTarHeader, TarReader } from '../../../producer/archive/tar';
import type { Flaw } from '../../../producer/damage';
import { chunksOf, sourceOf, tarOf } from '../helpers';

/** Reads a whole tar: its files with their text, and what is wrong with it. */
async function read(bytes: Buffer, chunkBytes = bytes.length, cut?: string) {
  const cursor = new ByteCursor(sourceOf(chunksOf(bytes, chunkBytes), cut));
  const flaws: Flaw[] = [];
  const tar = new TarReader(cursor, (flaw) => flaws.push(flaw));
  const files: [string, string][] = [];
  for (let entry = await tar.next(); entry; entry = await tar.next()) {
    await cursor.fill(entry.size);
    files.push([entry.name, entry.type === 'File' ? cursor.take(entry.size).toString() : entry.type]);
  }
  return { files, flaws };
}

const LONG = `${'folder/'.repeat(40)}name-longer-than-a-header`;

test('members in chunks of any size; long names by pax', async () => {
  const bytes = await tarOf(['a', 'one'], [LONG, 'two'], ['empty', ''], ['b', 'x'.repeat(5000)]);
  const check = fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), async (size) => {
    expect(await read(bytes, size)).toEqual({
      files: [
        ['a', 'one'],
        [LONG, 'two'],
        ['empty', ''],
        ['b', 'x'.repeat(5000)],
      ],
      flaws: [],
    });
  });
  await fc.assert(check, { seed: 77, numRuns: 25 });
});

test('long names by GNU tar', async () => {
  const longName = new Header();
  longName.path = '././@LongLink';
  longName.type = 'NextFileHasLongPath';
  longName.size = LONG.length + 1;
  longName.encode();
  const text = Buffer.alloc(512);
  text.write(LONG);
  const bytes = Buffer.concat([longName.block!, text, await tarOf(['cut-off-name', 'two'])]);
  expect(await read(bytes)).toEqual({ files: [[LONG, 'two']], flaws: [] });
});

test('folders, links and their names', async () => {
  const bytes = await tarOf(
    [{ name: 'folder', type: 'directory' }],
    [{ name: 'link', type: 'symlink', linkname: '/etc/passwd' }],
    ['after', 'x'],
  );
  expect((await read(bytes)).files).toEqual([
    ['folder', 'Directory'],
    ['link', 'SymbolicLink'],
    ['after', 'x'],
  ]);
});

test('tars in a row are one', async () => {
  const bytes = Buffer.concat([await tarOf(['a', 'one']), await tarOf(['b', 'two'])]);
  expect((await read(bytes)).files).toEqual([
    ['a', 'one'],
    ['b', 'two'],
  ]);
});

test('after a damaged header the next member is found again', async () => {
  const bytes = await tarOf(['a', 'one'], ['lost', 'x'.repeat(2000)], ['b', 'two']);
  bytes[1024 + 10]! ^= 1;
  expect(await read(bytes)).toEqual({
    files: [
      ['a', 'one'],
      ['b', 'two'],
    ],
    flaws: [{ offset: 1024, found: 'a damaged tar header', expected: 'a header with the right checksum' }],
  });
});

test('the name in a pax header is not given to another member when its own header is damaged', async () => {
  const bytes = await tarOf([LONG, 'lost'], ['b', 'two']);
  bytes[1024 + 10]! ^= 1;
  expect((await read(bytes)).files).toEqual([['b', 'two']]);
});

test('bytes after the end are reported once', async () => {
  const bytes = Buffer.concat([await tarOf(['a', 'one']), Buffer.alloc(2000, 'x')]);
  expect(await read(bytes)).toEqual({
    files: [['a', 'one']],
    flaws: [{ offset: 2048, found: 'bytes after the end of the tar', expected: 'none, or another tar' }],
  });
});

describe('cut', () => {
  test('between members, without the zero blocks of the end', async () => {
    const bytes = (await tarOf(['a', 'one'], ['b', 'two'])).subarray(0, 1024);
    expect(await read(bytes)).toEqual({
      files: [['a', 'one']],
      flaws: [
        {
          offset: 1024,
          found: 'the end of the data',
          expected: 'another member, or the zero blocks that end a tar',
        },
      ],
    });
  });

  test('in a header', async () => {
    const bytes = (await tarOf(['a', 'one'], ['b', 'two'])).subarray(0, 1100);
    expect((await read(bytes)).flaws).toEqual([
      { offset: 1100, found: 'the end of the data', expected: 'the rest of a tar header' },
    ]);
  });

  test('one zero block is end enough', async () => {
    const bytes = await tarOf(['a', 'one']);
    expect((await read(bytes.subarray(0, bytes.length - 512))).flaws).toEqual([]);
  });

  test('by what is around it: that one reports it', async () => {
    const bytes = (await tarOf(['a', 'one'])).subarray(0, 1024);
    expect((await read(bytes, 512, 'its gzip data')).flaws).toEqual([]);
  });
});

test('an extended header that claims to be endless is passed over', async () => {
  const header = new Header();
  header.path = 'PaxHeader';
  header.type = 'ExtendedHeader';
  header.size = 2 * 1024 * 1024;
  header.encode();
  const bytes = Buffer.concat([header.block!, Buffer.alloc(header.size, '9'), await tarOf(['a', 'one'])]);
  expect(await read(bytes)).toEqual({
    files: [['a', 'one']],
    flaws: [{ offset: 0, found: 'an extended header of 2097152 bytes', expected: 'at most 1048576' }],
  });
});

test('a header without magic, as V7 tar wrote it, is one', async () => {
  const [header] = chunksOf(await tarOf(['a', 'one']), 512);
  header!.fill(0, 257, 265);
  header!.fill(0x20, 148, 156);
  header!.write(
    header!
      .reduce((sum, byte) => sum + byte)
      .toString(8)
      .padStart(6, '0') + '\0 ',
    148,
  );
  expect(isTarHeader(header!)).toBe(true);
  expect(isTarHeader(Buffer.alloc(512, 0xff))).toBe(false);
  expect(isTarHeader(Buffer.alloc(512))).toBe(false);
});
