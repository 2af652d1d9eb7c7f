/**
 * What is published as a whole: an archive, or the loose bottles of one period, whose samples are columns of
 * the same rows.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

import { type BottleName, parseArchiveName, parseBottleName } from '../bottle/name';
import type { Session } from '../bottle/session';
import { contentHash } from './content-hash';
import type { InputFile } from './inputs';

/** Files that are published together. */
export interface Unit {
  /** File name of the archive; for loose bottles, their common name with `*` in place of the channel. */
  readonly name: string;
  /** The files, in the order in which they are read. */
  readonly files: readonly InputFile[];
  /** Station and session that the name gives; undefined when it gives none. */
  readonly stream: { readonly site: string; readonly session: Session } | undefined;
}

/** Groups files into units, in the order of their first files. */
export function unitsOf(files: readonly InputFile[]): Unit[] {
  const units = new Map<string, { name: string; files: InputFile[]; stream: Unit['stream'] }>();
  for (const file of files) {
    const name = basename(file.path);
    const bottle = parseBottleName(name);
    const key = bottle ? groupName(name, bottle) : file.path;
    const unit = units.get(key);
    if (unit) unit.files.push(file);
    else {
      const { site, session } = bottle ?? parseArchiveName(name) ?? {};
      units.set(key, {
        name: bottle ? groupName(name, bottle) : name,
        files: [file],
        stream: site !== undefined && session !== undefined ? { site, session } : undefined,
      });
    }
  }
  return [...units.values()];
}

function groupName(name: string, { site, channel }: BottleName): string {
  return site + name.slice(site.length).replace(channel, '*');
}

/** SHA-256 of a unit's content, hexadecimal, and its size. */
export interface Content {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Reads the content of a unit. For loose bottles, the names belong to it, in their order. Rejects with the
 * error of the system when a file cannot be read.
 */
export async function contentOf({ files }: Unit, signal?: AbortSignal): Promise<Content> {
  const lines: string[] = [];
  let bytes = 0;
  for (const { path, content = path } of files) {
    const sha256 = await contentHash(content, signal);
    bytes += (await stat(content)).size;
    if (files.length === 1) return { sha256, bytes };
    lines.push(`${sha256} ${basename(path)}\n`);
  }
  return { sha256: createHash('sha256').update(lines.sort().join('')).digest('hex'), bytes };
}
