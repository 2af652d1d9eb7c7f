import { MINUTE_LENGTH, minuteText } from '../rows/timestamp';
import type { ByteWriter } from './byte-writer';

const MINUTE = 60_000;
const ZERO = 0x30;
const DOT = 0x2e;
/** Characters with seconds, and with milliseconds too. */
const SECOND_LENGTH = MINUTE_LENGTH + 2;
const MILLISECOND_LENGTH = SECOND_LENGTH + 4;

/** Most bytes that `TimestampBytes` writes. */
export const TIMESTAMP_BYTES = 1 + MILLISECOND_LENGTH;

/**
 * Writes a row's `timestamp` as an Avro string: the bytes of `timestampFormatter`'s text without the text. It
 * remembers the last minute.
 */
export class TimestampBytes {
  private minute = NaN;
  private readonly prefix = Buffer.alloc(MINUTE_LENGTH);

  /** Returns the offset after it. */
  put(time: number, out: ByteWriter, offset: number): number {
    const minute = Math.floor(time / MINUTE);
    if (minute !== this.minute) {
      this.minute = minute;
      this.prefix.write(minuteText(minute), 'latin1');
    }
    const rest = time - minute * MINUTE;
    const second = (rest / 1000) | 0;
    const millisecond = rest - second * 1000;
    offset = out.int(millisecond === 0 ? SECOND_LENGTH : MILLISECOND_LENGTH, offset);
    offset = out.bytes(this.prefix, offset);
    const { buffer } = out;
    const tens = (second / 10) | 0;
    buffer[offset++] = ZERO + tens;
    buffer[offset++] = ZERO + second - tens * 10;
    if (millisecond === 0) return offset;
    const hundreds = (millisecond / 100) | 0;
    const below = millisecond - hundreds * 100;
    const ten = (below / 10) | 0;
    buffer[offset++] = DOT;
    buffer[offset++] = ZERO + hundreds;
    buffer[offset++] = ZERO + ten;
    buffer[offset++] = ZERO + below - ten * 10;
    return offset;
  }
}
