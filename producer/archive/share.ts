/**
 * Splits one input between producers. Each takes certain stations, so that the rows of a station stay in
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

/** Parses a share, `0/4` to `3/4`; undefined when the text is not one. */
export function parseShare(text: string): Share | undefined {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const share = { index: Number(match?.[1]), of: Number(match?.[2]) };
  return share.index < share.of ? share : undefined;
}

/**
 * Whether a file belongs to the share. Only a hash of the station in the file name decides, so that all
 * producers agree, whatever else is in the folder. For a file name without a station, the hash of the name
 * decides.
 */
export function inShare(path: string, { index, of }: Share): boolean {
  const name = basename(path);
  const station = (parseArchiveName(name) ?? parseBottleName(name))?.site ?? name;
  return createHash('sha256').update(station).digest().readUInt32BE(0) % of === index;
}
