import zlib from 'node:zlib';

import { decompressFrameSync } from 'lz4-napi';

import { codecOf, type Compression } from '../../../producer/records/compression';

const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: (data: Buffer) => Buffer };
const RECORDS = Buffer.from('48116355 49196540 '.repeat(1000));

test.each<[Compression, number]>([
  ['none', 0],
  ['gzip', 1],
  ['lz4', 3],
])('%s has the number %i in a batch', (compression, id) => {
  expect(codecOf(compression).id).toBe(id);
});

test('gzip is read by any gzip', async () => {
  const packed = await codecOf('gzip').compress?.(RECORDS);
  expect(zlib.gunzipSync(packed!)).toEqual(RECORDS);
});

test("lz4 is a frame of independent blocks, which is what Kafka's clients read", async () => {
  const packed = (await codecOf('lz4').compress?.(RECORDS))!;
  const INDEPENDENT = 0x20; // "LZ4 Frame Format Description", FLG byte
  expect(packed.readUInt32LE(0)).toBe(0x184d2204);
  expect(packed.readUInt8(4) & INDEPENDENT).toBe(INDEPENDENT);
  expect(decompressFrameSync(packed)).toEqual(RECORDS);
});

test('zstd is read by any zstd, or the error says which Node has it', async () => {
  if (zstdDecompressSync) {
    const { id, compress } = codecOf('zstd');
    expect(id).toBe(4);
    expect(zstdDecompressSync((await compress?.(RECORDS))!)).toEqual(RECORDS);
  } else {
    expect(() => codecOf('zstd')).toThrow(/^zstd needs Node 22\.15, .* this is v\d/);
  }
});
