/**
 * Reading tar: POSIX ustar and pax, GNU, and the older V7. The header codec is node-tar's. Its parser stops
 * at the first damaged header. This reader continues at the next block that is a header, so that the members
 * after it are kept.
 */
import { Header } from 'tar/header';
import { Pax } from 'tar/pax';

import type { Flaw } from '../damage';
import type { ByteCursor } from './cursor';

/** Tar consists of blocks of this many bytes. */
export const BLOCK_BYTES = 512;
const MAGIC_OFFSET = 257;
const CHECKSUM_OFFSET = 148;
const END_BLOCK = Buffer.alloc(BLOCK_BYTES);
/** Extended headers hold a name and a few attributes. Longer ones are not valid. */
const MAX_EXTENDED_BYTES = 1024 * 1024;

/** Headers that describe the next member, or all members. */
const EXTENDED_TYPES = new Set<Header['type']>([
  'ExtendedHeader',
  'OldExtendedHeader',
  'GlobalExtendedHeader',
  'NextFileHasLongPath',
  'OldGnuLongPath',
  'NextFileHasLongLinkpath',
]);

/** One member of a tar; its bytes follow at the cursor. */
export interface TarEntry {
  readonly name: string;
  /** Only a file has bytes that are read. */
  readonly type: Header['type'];
  /** Bytes that follow. */
  readonly size: number;
}

/** Yields the members of the tar at the cursor. Between two members the rest of the first is skipped. */
export class TarReader {
  private nextHeader: number;
  private ended = false;
  private searching = false;
  private extended: Pax | undefined;
  private readonly start: number;

  constructor(
    private readonly cursor: ByteCursor,
    /** Called with what is wrong with the tar itself. Offsets count from the start of the cursor. */
    private readonly onFlaw: (flaw: Flaw) => void,
  ) {
    this.start = cursor.offset;
    this.nextHeader = this.start;
  }

  /** The next member; undefined at the end, or when the bytes end before another member. */
  async next(): Promise<TarEntry | undefined> {
    await this.cursor.skipTo(this.nextHeader);
    for (;;) {
      if (!(await this.cursor.fill(BLOCK_BYTES))) {
        this.checkEnd();
        return undefined;
      }
      const offset = this.cursor.offset;
      const block = this.cursor.peek(BLOCK_BYTES);
      const header = decodeHeader(block, this.extended);
      if (header === 'damaged' && !this.searching) {
        this.onFlaw({
          offset: offset - this.start,
          found: this.ended ? 'bytes after the end of the tar' : 'a damaged tar header',
          expected: this.ended ? 'none, or another tar' : 'a header with the right checksum',
        });
        this.searching = true;
      }
      this.cursor.take(BLOCK_BYTES);
      this.nextHeader = this.cursor.offset;
      if (header === 'damaged') {
        // What described the damaged header's member does not describe the next one.
        this.extended = undefined;
        continue;
      }
      this.ended = header === 'end';
      if (header === 'end') continue;
      this.searching = false;
      const entry = await this.entry(header, offset);
      if (entry) return entry;
    }
  }

  /**
   * Does not rely on the size in the header of the last member, of which no byte was taken. The next member
   * is searched for from there, without a flaw for what comes before it.
   */
  search(): void {
    this.nextHeader = this.cursor.offset;
    this.searching = true;
  }

  /** Whether the zero blocks that end a tar were the last blocks so far. */
  get isEnded(): boolean {
    return this.ended;
  }

  /** The member that a header begins; undefined for a header that only describes the next one. */
  private async entry(header: Header, offset: number): Promise<TarEntry | undefined> {
    const size = header.size ?? 0;
    if (EXTENDED_TYPES.has(header.type)) {
      await this.readExtended(header.type, size, offset);
      return undefined;
    }
    this.extended = undefined;
    const type = header.type === 'OldFile' || header.type === 'ContiguousFile' ? 'File' : header.type;
    // Links and devices have no bytes of their own, whatever size they claim.
    const follows = type === 'File' || type === 'Unsupported' ? size : 0;
    this.nextHeader = this.cursor.offset + padded(follows);
    return { name: header.path ?? '', type, size: follows };
  }

  private async readExtended(type: Header['type'], size: number, offset: number): Promise<void> {
    this.nextHeader = this.cursor.offset + padded(size);
    if (size > MAX_EXTENDED_BYTES) {
      this.onFlaw({
        offset: offset - this.start,
        found: `an extended header of ${size} bytes`,
        expected: `at most ${MAX_EXTENDED_BYTES}`,
      });
    } else if (await this.cursor.fill(size)) {
      const text = this.cursor.take(size).toString();
      if (type === 'ExtendedHeader' || type === 'OldExtendedHeader')
        this.extended = Pax.parse(text, this.extended);
      if (type === 'NextFileHasLongPath' || type === 'OldGnuLongPath') {
        this.extended = new Pax({ ...this.extended, path: text.replace(/\0.*/s, '') });
      }
    }
    await this.cursor.skipTo(this.nextHeader);
  }

  /**
   * Checks the end of the bytes, which must follow the zero blocks that end a tar. A cut is reported by the
   * caller that knows its reason.
   */
  private checkEnd(): void {
    if (this.cursor.cut !== undefined || this.ended) return;
    const rest = this.cursor.available;
    this.onFlaw({
      offset: this.cursor.offset + rest - this.start,
      found: 'the end of the data',
      expected: rest > 0 ? 'the rest of a tar header' : 'another member, or the zero blocks that end a tar',
    });
  }
}

/**
 * Whether these are the first bytes of a modern tar. Its magic is enough, even if its first header is
 * damaged.
 */
export function hasTarMagic(head: Buffer): boolean {
  return head.toString('latin1', MAGIC_OFFSET, MAGIC_OFFSET + 5) === 'ustar';
}

/** Whether this block is a whole tar header, of a V7 tar for example, which has no magic. */
export function isTarHeader(block: Buffer): boolean {
  return block.length === BLOCK_BYTES && decodeHeader(block) instanceof Header;
}

function decodeHeader(block: Buffer, extended?: Pax): Header | 'end' | 'damaged' {
  if (block.equals(END_BLOCK)) return 'end';
  // Most blocks of a lost member end here. Decoding each of them would take a hundred times as long.
  if (!mayHaveChecksum(block)) return 'damaged';
  try {
    const header = new Header(block, 0, extended);
    return header.cksumValid && Number.isSafeInteger(header.size ?? 0) ? header : 'damaged';
  } catch {
    // Thrown for invalid numbers, as in bytes that are not a header.
    return 'damaged';
  }
}

/** A checksum is octal digits, sometimes with spaces before them. */
function mayHaveChecksum(block: Buffer): boolean {
  const first = block[CHECKSUM_OFFSET]!;
  return first === 0x20 || (first >= 0x30 && first <= 0x37);
}

const padded = (size: number): number => Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
