import { gunzipSync } from 'node:zlib';

import { CompressionCodecs, CompressionTypes } from 'kafkajs';

import { compressionType } from '../../../producer/publish/compression';

interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

test('none means no compression', () => {
  expect(compressionType('none')).toBe(CompressionTypes.None);
});

test("gzip is read by any gzip, and by kafkajs's own", async () => {
  expect(compressionType('gzip')).toBe(CompressionTypes.GZIP);
  const codec = CompressionCodecs[CompressionTypes.GZIP]() as Codec;
  const rows = Buffer.from('48116355 49196540 '.repeat(1000));
  const packed = await codec.compress({ buffer: rows });
  expect(packed.length).toBeLessThan(rows.length / 10);
  expect(gunzipSync(packed)).toEqual(rows);
  expect(await codec.decompress(packed)).toEqual(rows);
});
