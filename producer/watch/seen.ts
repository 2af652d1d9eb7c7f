/**
 * Which versions of which files were found already: a hash of its path and a hash of path and version, about
 * 80 bytes a file. Each complete walk rebuilds it, so files that are gone are forgotten.
 */
import { createHash } from 'node:crypto';

/** Bytes of a hash that are kept: a number has room for six. A million files collide once in 10^8 cases. */
const HASH_BYTES = 6;

export class SeenFiles {
  private known = new Set<number>();
  /** What the current walk has found. */
  private walked: Set<number> | undefined;

  /** Number of remembered hashes. */
  get size(): number {
    return this.known.size;
  }

  /** Whether some version of the file was found. */
  hasPath(path: string): boolean {
    return this.known.has(hashOf(path));
  }

  has(path: string, version: string): boolean {
    return this.known.has(hashOf(path, version));
  }

  /** Notes a file. False when this version was found before. */
  note(path: string, version: string): boolean {
    const keys = [hashOf(path), hashOf(path, version)] as const;
    const isNew = !this.known.has(keys[1]);
    for (const key of keys) {
      this.known.add(key);
      this.walked?.add(key);
    }
    return isNew;
  }

  /** A walk over all files begins. */
  beginWalk(): void {
    this.walked = new Set();
  }

  /**
   * The walk has ended. What it did not find is forgotten, if it was complete. A walk that found nothing
   * forgets nothing: a folder whose disk is not mounted is empty.
   */
  endWalk(complete: boolean): void {
    if (complete && this.walked && this.walked.size > 0) this.known = this.walked;
    this.walked = undefined;
  }
}

function hashOf(path: string, version?: string): number {
  const hash = createHash('sha1').update(path);
  if (version !== undefined) hash.update('\0').update(version);
  return hash.digest().readUIntBE(0, HASH_BYTES);
}
