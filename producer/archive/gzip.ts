/**
 * Inflates gzip (RFC 1952) piece by piece. On an error, Node's zlib drops what it has inflated. pako returns
 * every byte before the error and the compressed offset of the error, so that members before the damage are
 * kept.
 */
import {
  Z_BUF_ERROR,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako';

import type { Flaw } from '../damage';
import type { Source } from './cursor';
import type { Limits } from './limits';

/** The first bytes of gzip data. */
export const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** zlib's `windowBits`: the largest window (15), and only gzip data (+ 16). */
const GZIP_WINDOW_BITS = 31;
/** A minute of four 20 Hz bottles fits in one piece. */
const PIECE_BYTES = 32 * 1024;

/** Limits of an inflater. */
export type InflateLimits = Pick<Limits, 'inflatedBytes' | 'inflatedRatio' | 'nestedBytes' | 'passedBytes'>;

/** The inflated bytes of a compressed source; several gzip members, one after the other, are read as one. */
export class Inflater implements Source {
  /** What is wrong with the gzip data, if reading ended because of it. Its offset counts compressed bytes. */
  flaw: Flaw | undefined;
  /**
   * Whether the gzip data are wrong, not only cut off. Wrong bytes may have been inflated before the flaw.
   */
  isCorrupt = false;
  /** Whether the flaw is that the compressed bytes end early. */
  isCutOff = false;
  /** Inflated bytes whose check sum was right, from the first one on. */
  checkedBytes = 0;
  /** Whether the flaw is only that other bytes follow the gzip data, which are whole. */
  private isFollowed = false;
  /** Bytes that may be inflated in addition, for members that are passed over. */
  private passed = 0;
  /** Bytes to which the compressed archives inside this one have inflated. */
  private nested = 0;
  private inflated = 0;
  private consumed = 0;
  /** Whether the bytes so far end with a complete gzip member. */
  private finished = false;
  private readonly stream = new ZStream();

  constructor(
    private readonly source: Source,
    private readonly limits: InflateLimits,
    /** The compressed archive around this one. Inflated bytes count against its limit too. */
    private readonly outer: Inflater | undefined,
  ) {}

  get cut(): string | undefined {
    return this.flaw && !this.isFollowed
      ? `its gzip data at byte ${this.flaw.offset}: ${this.flaw.found}`
      : undefined;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    zlibInflateInit2(this.stream, GZIP_WINDOW_BITS);
    for await (const chunk of this.source) {
      yield* this.inflate(chunk);
      if (this.flaw) return;
    }
    if (this.finished) return;
    this.isCutOff = true;
    const found = this.source.cut ? `the end of the data (${this.source.cut})` : 'the end of the data';
    this.flaw = { offset: this.consumed, found, expected: 'the rest of the gzip data' };
  }

  private *inflate(chunk: Buffer): Generator<Buffer, void, undefined> {
    const { stream } = this;
    const start = this.consumed;
    setInput(stream, chunk);
    while (stream.avail_in > 0) {
      if (this.finished) {
        if (skipPadding(stream)) break;
        if (chunk[stream.next_in] !== GZIP_MAGIC[0]) {
          const offset = start + stream.next_in;
          this.isFollowed = true;
          this.flaw = { offset, found: 'bytes after the gzip data', expected: 'their end' };
          return;
        }
        zlibInflateReset(stream);
      }
      do {
        const piece = Buffer.allocUnsafe(PIECE_BYTES);
        const status = inflateInto(stream, piece);
        this.finished = status === Z_STREAM_END;
        this.consumed = start + stream.next_in;
        if (stream.next_out > 0) yield piece.subarray(0, stream.next_out);
        const corrupt = flawOf(status, stream.msg, this.consumed);
        this.isCorrupt = corrupt !== undefined;
        this.flaw = corrupt ?? this.charge(stream.next_out);
        if (this.finished) this.checkedBytes = this.inflated;
        if (this.flaw) return;
      } while (!this.finished && stream.avail_out === 0);
    }
    this.consumed = start + chunk.length;
  }

  /** Allows for the bytes of a member that is passed over, up to `passedBytes` in all. */
  passOver(bytes: number): void {
    this.passed = Math.min(this.limits.passedBytes, this.passed + bytes);
  }

  /** Counts inflated bytes; a flaw when there are too many for the compressed bytes read. */
  private charge(bytes: number): Flaw | undefined {
    this.inflated += bytes;
    for (let outer = this.outer; outer; outer = outer.outer) outer.nested += bytes;
    const { inflatedBytes, inflatedRatio, nestedBytes } = this.limits;
    const byRatio = this.consumed * inflatedRatio;
    const bound = Math.max(inflatedBytes, byRatio) + this.passed;
    const nestedBound = Math.max(nestedBytes, byRatio);
    if (this.inflated <= bound && this.inflated + this.nested <= nestedBound) return undefined;
    const total = this.inflated > bound ? this.inflated : this.inflated + this.nested;
    return {
      offset: this.consumed,
      found: `${this.consumed} bytes that inflate to more than ${total - bytes}`,
      expected: `at most ${this.inflated > bound ? bound : nestedBound} (the limit against archives made to exhaust the reader)`,
    };
  }
}

function setInput(stream: ZStream, chunk: Buffer): void {
  stream.input = chunk;
  stream.next_in = 0;
  stream.avail_in = chunk.length;
}

function inflateInto(stream: ZStream, piece: Buffer<ArrayBuffer>): number {
  stream.output = piece;
  stream.next_out = 0;
  stream.avail_out = piece.length;
  return zlibInflate(stream, Z_NO_FLUSH);
}

/** Zero bytes after gzip data are padding (tapes, dd). True when nothing else is left of the input. */
function skipPadding(stream: ZStream): boolean {
  while (stream.avail_in > 0 && stream.input[stream.next_in] === 0) {
    stream.next_in += 1;
    stream.avail_in -= 1;
  }
  return stream.avail_in === 0;
}

function flawOf(status: number, message: string, offset: number): Flaw | undefined {
  if (status === Z_OK || status === Z_STREAM_END || status === Z_BUF_ERROR) return undefined;
  return { offset, found: `damaged gzip data (${message})`, expected: 'data that inflate' };
}
