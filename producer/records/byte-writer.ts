/** Most bytes of an int and of a long. */
export const INT_BYTES = 5;
export const LONG_BYTES = 10;

/** Below this number of bytes, a loop is faster than a call that copies. */
const SHORT = 32;

/**
 * Writes into a buffer. As with Node's `buffer.writeInt32BE`, each method takes the offset to write at and
 * returns the offset after what it wrote. It does not check for room.
 *
 * Integers have the variable length of Avro (specification 1.12, "Binary Encoding") and of Kafka's records
 * (protocol guide, `VARINT`): zigzag-coded, then seven bits per byte, the lowest first, the top bit set in
 * all but the last.
 *
 * These are methods because functions of another module are looked up at each call when the sources run
 * without a build, which makes the inner loops several times slower.
 */
export class ByteWriter {
  constructor(readonly buffer: Buffer) {}

  /** An int32. */
  int(value: number, offset: number): number {
    return this.code(((value << 1) ^ (value >> 31)) >>> 0, offset);
  }

  /** A safe integer. */
  long(value: number, offset: number): number {
    const { buffer } = this;
    // The code is 2 * magnitude + sign. It can exceed 2^53, so it is never computed as one number.
    const sign = value < 0 ? 1 : 0;
    let rest = sign === 1 ? -(value + 1) : value;
    if (rest < 0x40000000) return this.code(rest * 2 + sign, offset);
    let quotient = Math.floor(rest / 64);
    buffer[offset++] = ((rest - quotient * 64) << 1) | sign | 0x80;
    while (quotient > 0xffffffff) {
      rest = quotient;
      quotient = Math.floor(rest / 128);
      buffer[offset++] = (rest - quotient * 128) | 0x80;
    }
    return this.code(quotient, offset);
  }

  /** Bytes as they are. */
  bytes(bytes: Uint8Array, offset: number): number {
    const { buffer } = this;
    const { length } = bytes;
    if (length < SHORT) {
      for (let i = 0; i < length; i++) buffer[offset + i] = bytes[i]!;
    } else {
      buffer.set(bytes, offset);
    }
    return offset + length;
  }

  byte(byte: number, offset: number): number {
    this.buffer[offset] = byte;
    return offset + 1;
  }

  /** A number of up to 32 bits, seven bits per byte. */
  private code(code: number, offset: number): number {
    const { buffer } = this;
    while (code >= 0x80) {
      buffer[offset++] = (code & 0x7f) | 0x80;
      code >>>= 7;
    }
    buffer[offset] = code;
    return offset + 1;
  }
}

/** An int32 in as many bytes as it needs. */
export function intBytes(value: number): Buffer {
  const out = new ByteWriter(Buffer.alloc(INT_BYTES));
  return out.buffer.subarray(0, out.int(value, 0));
}
