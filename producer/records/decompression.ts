import { promisify } from 'node:util';
import zlib from 'node:zlib';

type Decompress = (data: Buffer) => Promise<Buffer>;

/** zstd came with Node 22.15 and 23.8, and is not in the types of older ones. */
const { zstdDecompress } = zlib as { readonly zstdDecompress?: (...args: unknown[]) => void };

/**
 * Decompresses the records of a batch; `codec` is its number in the attributes (Kafka's protocol guide,
 * "Record Batch"). Throws an Error for snappy, and for zstd in a version of Node without it.
 */
export async function decompress(codec: number, records: Buffer): Promise<Buffer> {
  if (codec === 0) return records;
  if (codec === 1) return promisify(zlib.gunzip)(records);
  if (codec === 3) return (await import('lz4-napi')).decompressFrame(records);
  if (codec === 4 && zstdDecompress) return (promisify(zstdDecompress) as Decompress)(records);
  throw new Error(
    `batches with the compression ${codec} cannot be read here: set compression.type of the topic to gzip`,
  );
}
