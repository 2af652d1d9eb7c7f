/**
 * Many producers on one input: each takes the stations that fall to it, so that a station's rows stay in
 * order.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';

import { parseArchiveName, parseBottleName } from '../bottle/name';

/** One part of several. */
export interface Share {
  /** Number of the part, from 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly of: number;
}

/** A share as text, `0/4` to `3/4`; undefined when it is none. */
export function parseShare(text: string): Share | undefined {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const share = { index: Number(match?.[1]), of: Number(match?.[2]) };
  return share.index < share.of ? share : undefined;
}

/**
 * Whether a file belongs to the share. It goes by a hash of the station in the file's name alone, so that
 * every producer decides alike whatever else is in the folder; a file whose name tells no station goes by its
 * name.
 */
export function inShare(path: string, { index, of }: Share): boolean {
  const name = basename(path);
  const station = (parseArchiveName(name) ?? parseBottleName(name))?.site ?? name;
  return createHash('sha256').update(station).digest().readUInt32BE(0) % of === index;
}
