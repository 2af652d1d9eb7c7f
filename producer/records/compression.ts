/** How the records of a batch are compressed. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';

/** Ways to compress a batch, the default first. */
export const COMPRESSIONS = ['gzip', 'lz4', 'zstd', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** A way to compress. */
export interface Codec {
  /** Its number in the attributes of a batch (Kafka's protocol guide, "Record Batch"). */
  readonly id: number;
  /** Compresses in another thread, while the next batch is encoded. Undefined when nothing is compressed. */
  readonly compress: ((records: Buffer) => Promise<Buffer>) | undefined;
}

/**
 * Level of gzip: on rows, level 1 packs 7 to 1 in a third of the time of zlib's default level, which packs
 * 7.5 to 1.
 */
export const GZIP_LEVEL = 1;

/** Room for the compressed records of most batches, so that they come in one piece. */
const CHUNK_BYTES = 80 * 1024;

type Compress = (data: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>;

/** zstd came with Node 22.15 and 23.8, and is not in the types of older ones. */
const { zstdCompress } = zlib as { readonly zstdCompress?: (...args: unknown[]) => void };

/**
 * Returns the codec of a compression. Throws an Error with the version of Node that is needed when this one
 * does not have it.
 */
export function codecOf(compression: Compression): Codec {
  switch (compression) {
    case 'none':
      return { id: 0, compress: undefined };
    case 'gzip': {
      const gzip = promisify(zlib.gzip) as Compress;
      return { id: 1, compress: (records) => gzip(records, { level: GZIP_LEVEL, chunkSize: CHUNK_BYTES }) };
    }
    case 'lz4':
      return { id: 3, compress: lz4 };
    case 'zstd': {
      if (!zstdCompress) {
        throw new Error(`zstd needs Node 22.15, 23.8 or a later version, and this is ${process.version}`);
      }
      const zstd = promisify(zstdCompress) as Compress;
      return { id: 4, compress: (records) => zstd(records, { chunkSize: CHUNK_BYTES }) };
    }
  }
}

/** LZ4's frame format, which Kafka uses. The library is loaded with the first batch. */
async function lz4(records: Buffer): Promise<Buffer> {
  const { compressFrame } = await import('lz4-napi');
  return compressFrame(records);
}
