/** What the reader's tests have in common: bottles in a line, archives in memory, rows as plain objects. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

import { pack, type Pack } from 'tar-stream';

import { encodeBottle, type BottleContent } from '../../producer/bottle/write';
import type { Source } from '../../producer/archive/cursor';
import { readBatches, type ReadOptions } from '../../producer/read';
import { ReadReport } from '../../producer/report';
import { ndjsonFormatter } from '../../producer/rows/json';

/** 2021-07-01 00:00:00 UTC. */
export const START = Date.UTC(2021, 6, 1);

/** A row as `parse` prints it. */
export interface Row {
  readonly session: string;
  readonly key: { readonly site: string };
  readonly value: { readonly time: number; readonly timestamp: string } & Record<string, unknown>;
}

/** An Hour bottle of the samples 1, 2, 3 from START on, one a second; `content` says what is different. */
export function bottle(content: Partial<BottleContent> = {}): Buffer {
  return encodeBottle({ start: START, interval: 1000, type: 'INT4', samples: [1, 2, 3], ...content });
}

/** A member: name or tar header, and its bytes. */
export type Member = readonly [name: string | Parameters<Pack['entry']>[0], bytes?: Buffer | string];

/** A tar of these members, in this order. */
export async function tarOf(...members: readonly Member[]): Promise<Buffer> {
  const tar = pack();
  for (const [header, bytes] of members) {
    tar.entry(typeof header === 'string' ? { name: header } : header, bytes ?? '');
  }
  tar.finalize();
  return buffer(tar);
}

/** The same, compressed. */
export async function tgzOf(...members: readonly Member[]): Promise<Buffer> {
  return gzipSync(await tarOf(...members));
}

/** Reads paths to the end. */
export async function readPaths(
  paths: readonly string[],
  options?: ReadOptions,
): Promise<{ rows: Row[]; report: ReadReport }> {
  const report = new ReadReport();
  const format = ndjsonFormatter();
  const rows: Row[] = [];
  for await (const batch of readBatches(paths, report, options)) {
    for (const line of format(batch).split('\n')) if (line) rows.push(JSON.parse(line) as Row);
  }
  return { rows, report };
}

/** Reads an archive given on standard input. */
export function readStdin(
  bytes: Buffer,
  options?: ReadOptions,
): Promise<{ rows: Row[]; report: ReadReport }> {
  return readPaths(['-'], { ...options, stdin: Readable.from([bytes]) });
}

/** A temporary folder with these files, by their paths in it; gone after the test file. */
export function folderOf(files: Readonly<Record<string, Buffer | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'strain-producer-test-'));
  folders.push(folder);
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Chunks as a source; `cut` says why they end early. */
export function sourceOf(chunks: readonly Buffer[], cut?: string): Source {
  return {
    cut,
    [Symbol.asyncIterator]: () => Readable.from(chunks)[Symbol.asyncIterator]() as AsyncIterator<Buffer>,
  };
}

/** Pieces of `size` bytes. */
export function chunksOf(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}
