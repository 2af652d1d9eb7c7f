/** Keeps the archives of a station and session in the order of their periods while one of them is written. */
import { basename } from 'node:path';
import { sortKey } from '../archive/inputs';
import { parseArchiveName, parseBottleName } from '../bottle/name';
import type { ListedFile } from './tree';

/** Milliseconds for which an archive that is still being written holds back later ones. */
export const HOLD_LIMIT = 60_000;

/** Holds back archives that follow one of the same station and session that is still being written. */
export class Holding {
  private held: ListedFile[] = [];

  /**
   * @param found archives that are complete
   * @param unfinished paths of archives that are not complete yet
   * @returns those that can be published now, with those that were held back until now
   */
  release(found: readonly ListedFile[], unfinished: readonly string[]): ListedFile[] {
    /** The earliest that is not complete, by station and session. */
    const earliest = new Map<string, string>();
    for (const path of unfinished) {
      const [stream, key] = [streamOf(path), sortKey(path)];
      if (stream !== undefined && !(key >= (earliest.get(stream) ?? '~'))) earliest.set(stream, key);
    }
    const mustWait = ({ path }: ListedFile): boolean => {
      const before = earliest.size > 0 ? earliest.get(streamOf(path) ?? '') : undefined;
      return before !== undefined && before < sortKey(path);
    };
    const all = [...this.held, ...found];
    this.held = all.filter(mustWait);
    return all.filter((file) => !mustWait(file));
  }
}

function streamOf(path: string): string | undefined {
  const name = parseArchiveName(basename(path)) ?? parseBottleName(basename(path));
  return name && `${name.site} ${name.session}`;
}
