/** Most buffers that are kept for the next batches. */
const MOST_KEPT = 8;

/** Buffers of one size that are used again and again, because large ones are slow to get and to free. */
export class BufferPool {
  private readonly free: Buffer[] = [];

  constructor(private readonly size: number) {}

  /** A buffer with any content. A larger one than usual is not kept. */
  take(size = this.size): Buffer {
    const buffer = size <= this.size ? this.free.pop() : undefined;
    return buffer ?? Buffer.allocUnsafeSlow(Math.max(size, this.size));
  }

  /** Takes a buffer back, which is no longer used. */
  give(buffer: Buffer): void {
    if (buffer.length === this.size && this.free.length < MOST_KEPT) this.free.push(buffer);
  }
}
