/** Bytes in order, as an iterable of chunks, which may end too early. */
export interface Source extends AsyncIterable<Buffer> {
  /** Why the bytes ended before their end; undefined as long as they did not. */
  readonly cut: string | undefined;
}

const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Reads a source forward, in pieces of any size, and tracks the position. It never holds more than one piece
 * and one chunk.
 */
export class ByteCursor implements Source {
  private readonly chunks: AsyncIterator<Buffer>;
  private buffer: Buffer = EMPTY;
  private position = 0;
  private base = 0;

  constructor(private readonly source: Source) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Bytes taken so far. */
  get offset(): number {
    return this.base + this.position;
  }

  /** Bytes that can be taken without waiting. */
  get available(): number {
    return this.buffer.length - this.position;
  }

  /** Why the bytes ended before their end; undefined as long as they did not. */
  get cut(): string | undefined {
    return this.source.cut;
  }

  /**
   * Waits until `size` bytes can be taken. False when the source ends before; then all that is left is
   * available.
   */
  async fill(size: number): Promise<boolean> {
    if (this.available >= size) return true;
    const parts = [this.buffer.subarray(this.position)];
    let held = this.available;
    let whole = true;
    while (held < size) {
      const next = await this.chunks.next();
      if (next.done) {
        whole = false;
        break;
      }
      parts.push(next.value);
      held += next.value.length;
    }
    this.base += this.position;
    this.position = 0;
    this.buffer = join(parts, held);
    return whole;
  }

  /** The next bytes, at most `size` of the available ones, without taking them. */
  peek(size: number): Buffer {
    return this.buffer.subarray(this.position, this.position + size);
  }

  /**
   * Takes the next bytes, at most `size` of the available ones: `fill` first. The bytes are a view; they stay
   * as they are.
   */
  take(size: number): Buffer {
    const bytes = this.peek(size);
    this.position += bytes.length;
    return bytes;
  }

  /** Takes the next `size` bytes, or up to the end, in chunks as they come. */
  async *read(size: number): AsyncGenerator<Buffer, void, undefined> {
    let left = size;
    while (left > 0 && (this.available > 0 || (await this.fill(1)))) {
      const bytes = this.take(left);
      left -= bytes.length;
      yield bytes;
    }
  }

  /** The rest, in chunks as they come. */
  [Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    return this.read(Infinity);
  }

  /** Drops bytes up to `offset`. False when the source ends before. */
  async skipTo(offset: number): Promise<boolean> {
    while (this.offset < offset) {
      if (this.available === 0 && !(await this.fill(1))) return false;
      this.take(offset - this.offset);
    }
    return true;
  }

  /** Closes the source when it is not read to its end. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}

/** The bytes of one member, as a source. They end early when the archive around them does. */
export class MemberSource implements Source {
  private left: number;
  private ended = false;

  constructor(
    private readonly parent: ByteCursor,
    private readonly size: number,
  ) {
    this.left = size;
  }

  get cut(): string | undefined {
    if (!this.ended || this.left === 0) return undefined;
    return this.parent.cut ?? `its archive ends after ${this.size - this.left} of its ${this.size} bytes`;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    for await (const bytes of this.parent.read(this.size)) {
      this.left -= bytes.length;
      yield bytes;
    }
    this.ended = true;
  }
}

/** Does not copy when one part holds all of it. */
function join(parts: readonly Buffer[], length: number): Buffer {
  const filled = parts.filter((part) => part.length > 0);
  return filled.length === 1 ? filled[0]! : Buffer.concat(filled, length);
}
