/**
 * What can be read of an archive, worked out the plain way: all of it is in memory, and Node's zlib inflates.
 * It shares no code with the reader but the list of channels. What it finds must be read:
 *
 * - bottles in tars, whose headers are where the tar says or at a later block after damage;
 * - bottles in gzip data whose check sum is right;
 * - bottles in gzip data that are cut off, which an intact tar header or the end of the tar follows, when
 *   nothing in that tar was damaged before.
 */
import { constants, gunzipSync } from 'node:zlib';

import { decode, isBottleName } from './reference-bottle';
import { BLOCK, padded } from './tree';

/** A bottle that must be read. */
export interface Find {
  readonly names: readonly string[];
  readonly key: string;
  /** Nothing has checked its bytes since they were packed. */
  readonly isUnchecked: boolean;
}

export interface Expectation {
  readonly finds: readonly Find[];
  /** Members and archives with something wrong in them. */
  readonly problems: readonly (readonly string[])[];
  /** Bottles in gzip data that are cut off: they may be wrong if more was damaged. */
  readonly cutFinds: readonly Find[];
}

const END = Buffer.alloc(BLOCK);
const MAX_BOTTLE = 16 * 1024 * 1024;
const MAX_LAYERS = 16;

/** The bottles of gzip data that are being read. */
interface Checking {
  finds: Find[];
  followed: number;
  isDoubtful: boolean;
}

interface Content {
  readonly bytes: Buffer;
  readonly name: string;
  readonly names: readonly string[];
  readonly depth: number;
  /** The archive around it ends before it does. */
  readonly isCut: boolean;
  readonly checking: Checking;
}

/** Reads a file. */
export function expectationOf(name: string, bytes: Buffer): Expectation {
  return new Reference().read(name, bytes);
}

class Reference {
  private readonly problems: (readonly string[])[] = [];
  private readonly cutFinds: Find[] = [];

  read(name: string, bytes: Buffer): Expectation {
    const checking: Checking = { finds: [], followed: 0, isDoubtful: false };
    this.content({ bytes, name, names: [], depth: 0, isCut: false, checking });
    return { finds: checking.finds, problems: this.problems, cutFinds: this.cutFinds };
  }

  private content(content: Content): void {
    const { bytes, name, names, isCut, checking, depth } = content;
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const isTar =
      hasMagic(bytes) ||
      (!isBottleName(name) && (isHeader(bytes) || (/\.tar$/i.test(name) && bytes.length >= BLOCK)));
    if ((isGzip || isTar) && depth >= MAX_LAYERS) this.problem(names);
    else if (isGzip) this.gzip(content);
    else if (isTar) this.tar(content);
    else if (!isBottleName(name) || bytes.length === 0 || isCut) this.problem(names);
    else {
      const { key, isFlawed } = decode(name, bytes);
      if (key !== undefined) checking.finds.push({ names, key, isUnchecked: true });
      if (isFlawed) this.problem(names);
    }
  }

  private gzip(content: Content): void {
    const inner = /\.t(ar\.)?gz$/i.test(content.name)
      ? content.name.replace(/\.t(ar\.)?gz$/i, '.tar')
      : content.name.replace(/\.gz$/i, '');
    const { bytes, isWhole } = inflate(content.bytes);
    if (!isWhole) this.problem(content.names);
    if (!bytes) return;
    const checking: Checking = { finds: [], followed: 0, isDoubtful: false };
    this.content({ ...content, name: inner, bytes, depth: content.depth + 1, isCut: !isWhole, checking });
    const { finds, followed, isDoubtful } = checking;
    if (isWhole) content.checking.finds.push(...finds.map((find) => ({ ...find, isUnchecked: false })));
    else {
      this.cutFinds.push(...finds);
      const kept = finds.filter((find, i) => !find.isUnchecked || (i < followed && !isDoubtful));
      content.checking.finds.push(...kept.map((find) => ({ ...find, isUnchecked: false })));
    }
  }

  private tar({ bytes, names, isCut, depth, checking }: Content): void {
    let isEnded = false;
    let isSearching = false;
    let longName: string | undefined;
    let flawed = false;
    const flaw = (): void => {
      this.problem(names);
      checking.isDoubtful = true;
      flawed = true;
    };
    for (let at = 0; at + BLOCK <= bytes.length;) {
      const block = bytes.subarray(at, at + BLOCK);
      at += BLOCK;
      if (block.equals(END)) {
        isEnded = true;
        continue;
      }
      if (!isHeader(block)) {
        if (!isSearching) flaw();
        isSearching = true;
        longName = undefined;
        continue;
      }
      isSearching = false;
      isEnded = false;
      const type = block.toString('latin1', 156, 157);
      const stated = parseInt(block.toString('latin1', 124, 136), 8) || 0;
      if (type === 'x') {
        longName = paxPath(bytes.subarray(at, at + stated).toString());
        at += padded(stated);
        continue;
      }
      const memberName = longName ?? block.toString('latin1', 0, 100).replace(/\0.*$/s, '');
      longName = undefined;
      const size = '\x0007Z'.includes(type) ? stated : 0;
      if (!flawed) checking.followed = checking.finds.length;
      flawed = false;
      if (type === '5' || (memberName.endsWith('/') && type === '0')) continue;
      const inner = [...names, memberName];
      const data = bytes.subarray(at, at + size);
      const base = memberName.replace(/\/+$/, '').replace(/^.*\//s, '');
      const isRefused =
        memberName === '' || memberName.startsWith('/') || /(^|\/|\\)\.\.($|\/|\\)/.test(memberName);
      if (isRefused || !'\x0007'.includes(type)) this.problem(inner);
      else if (isBottleName(base) && isOverLong(data, size)) {
        this.problem(inner);
        isSearching = true;
        continue;
      } else
        this.content({
          bytes: data,
          name: base,
          names: inner,
          depth: depth + 1,
          isCut: data.length < size,
          checking,
        });
      if (data.length < size) return this.problem(inner);
      at += padded(size);
    }
    if (isEnded && !flawed) checking.followed = checking.finds.length;
    if (!isEnded && !isCut) this.problem(names);
  }

  private problem(names: readonly string[]): void {
    this.problems.push(names);
  }
}

function inflate(bytes: Buffer): { readonly bytes?: Buffer; readonly isWhole: boolean } {
  try {
    return { bytes: gunzipSync(bytes), isWhole: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') return { isWhole: false };
  }
  try {
    return { bytes: gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }), isWhole: false };
  } catch {
    return { isWhole: false };
  }
}

const hasMagic = (bytes: Buffer): boolean => bytes.toString('latin1', 257, 262) === 'ustar';

/** Whether a block is a tar header: its checksum is the sum of its bytes. */
function isHeader(block: Buffer): boolean {
  if (block.length < BLOCK) return false;
  const stated = parseInt(block.toString('latin1', 148, 156).replace(/\0.*$/s, ''), 8);
  let sum = 8 * 0x20;
  for (let i = 0; i < 148; i++) sum += block[i]!;
  for (let i = 156; i < 512; i++) sum += block[i]!;
  return sum === stated;
}

/** The path in pax records, each of which is `LENGTH KEY=VALUE`, and counts only if it has its length. */
function paxPath(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => parseInt(line, 10) === Buffer.byteLength(line) + 1);
  return lines.map((line) => /^\d+ path=([^\0]+)/.exec(line)?.[1]).find((it) => it !== undefined);
}

/** Whether a bottle has more bytes than a bottle may have, or than its header says. */
function isOverLong(bytes: Buffer, size: number): boolean {
  if ((bytes[0] === 0x1f && bytes[1] === 0x8b) || hasMagic(bytes)) return false;
  if (size > MAX_BOTTLE) return true;
  if (bytes.length < 40) return false;
  const isLittle = bytes.readUInt16LE(0) === 0x015d;
  if (!isLittle && bytes.readUInt16BE(0) !== 0x015d) return false;
  const points = isLittle ? bytes.readInt32LE(20) : bytes.readInt32BE(20);
  const width = [2, 4, 4][isLittle ? bytes.readInt32LE(24) : bytes.readInt32BE(24)];
  return width !== undefined && 40 + points * width < size;
}
