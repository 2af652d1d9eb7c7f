/**
 * Packing, the same bytes on every machine: tar with fixed owners, modes and times, gzip by a deflate in
 * plain JavaScript.
 */
import { setImmediate } from 'node:timers/promises';
import { gzip } from 'pako';
import { pack } from 'tar-stream';
import type { Member } from './bottles';

/** What every member's tar header says about it; loggers write such archives as root. */
const TAR_ATTRIBUTES = { mode: 0o664, uid: 0, gid: 0, uname: 'root', gname: 'root' } as const;

/**
 * Members as a tar, in the order given and made as they are asked for, so no more than one member is held.
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
      // Members are made without ever waiting; here signals and the progress bar have their turn.
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
 * Gzip without file name or time. Node's own zlib gives other bytes from version to version and processor to
 * processor, this one does not.
 */
export function gzipBuffer(data: Uint8Array): Buffer {
  return Buffer.from(gzip(data, { level: 6 }));
}

/** Members as a gzipped tar in memory. */
export async function tgzBuffer(members: Iterable<Member>, mtime: number): Promise<Buffer> {
  return gzipBuffer(await tarBuffer(members, mtime));
}
