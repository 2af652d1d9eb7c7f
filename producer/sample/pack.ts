/**
 * Packs archives into the same bytes on every machine: tar with fixed owners, modes and times, and gzip by a
 * deflate in plain JavaScript.
 */
import { setImmediate } from 'node:timers/promises';
import { gzip } from 'pako';
import { pack } from 'tar-stream';
import type { Member } from './bottles';

/** What every member's tar header says about it; loggers write such archives as root. */
const TAR_ATTRIBUTES = { mode: 0o664, uid: 0, gid: 0, uname: 'root', gname: 'root' } as const;

/**
 * Members as a tar, in the given order. They are made on demand, so that only one is in memory.
 *
 * @param mtime modification time of all members, milliseconds since 1970
 */
export async function* tarStream(
  members: Iterable<Member> | AsyncIterable<Member>,
  mtime: number,
): AsyncGenerator<Buffer> {
  const tar = pack();
  const filling = (async () => {
    for await (const { name, data } of members) {
      await new Promise<void>((resolve, reject) => {
        tar.entry({ ...TAR_ATTRIBUTES, name, mtime: new Date(mtime) }, data, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
      // Making members never waits, so signals and the progress bar get their turn here.
      await setImmediate();
    }
    tar.finalize();
  })();
  filling.catch((error: unknown) => tar.destroy(error as Error));
  try {
    yield* tar as AsyncIterable<Buffer>;
    await filling;
  } finally {
    tar.destroy();
  }
}

/** Members as a tar in memory. */
export async function tarBuffer(
  members: Iterable<Member> | AsyncIterable<Member>,
  mtime: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of tarStream(members, mtime)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Gzip without file name or time. The bytes of Node's zlib differ between versions and processors; these do
 * not.
 */
export function gzipBuffer(data: Uint8Array): Buffer {
  return Buffer.from(gzip(data, { level: 6 }));
}

/** Members as a gzipped tar in memory. */
export async function tgzBuffer(members: Iterable<Member>, mtime: number): Promise<Buffer> {
  return gzipBuffer(await tarBuffer(members, mtime));
}
