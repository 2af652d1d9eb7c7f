/**
 * The 40 bytes before a bottle's samples, all in the byte order that the magic shows:
 *
 *     0  int16   magic        0x015D: bytes 5D 01 little-endian, 01 5D big-endian
 *     2  int16   unused       0
 *     4  int32   header size  40; the samples start here
 *     8  float64 start        UTC seconds since 1970-01-01 of the first sample
 *    16  float32 interval     seconds between samples (20 Hz reads back as 0.0500000007)
 *    20  int32   num_pts      samples that follow, nothing after them
 *    24  int32   data type    0 INT2, 1 INT4, 2 FLOAT4
 *    28  int32   fill value   the value that means "no sample" (the format calls it "missing")
 *    32  int32   lock         unused
 *    36  int32   id           channel class, informative
 *
 * Source: UNAVCO, "Bottle file format".
 */
import { type Flaw, FlawError } from '../damage';
import { periodEnd, periodStart, type Period } from './name';

/** Bytes of the header. */
export const HEADER_BYTES = 40;

/** 0x015D, in the file's byte order. */
export const MAGIC = 0x015d;

/** Byte offset of each header field. */
export const HEADER_OFFSET = {
  magic: 0,
  headerSize: 4,
  start: 8,
  interval: 16,
  numPts: 20,
  dataType: 24,
  fillValue: 28,
  lock: 32,
  id: 36,
} as const;

/** Byte order of a whole bottle; loggers write `LE`. */
export type ByteOrder = 'LE' | 'BE';

/**
 * Sample types: their code in the header, bytes per sample, and the value that usually means "no sample".
 */
export const DATA_TYPES = {
  INT2: { code: 0, bytes: 2, fillValue: 32_767 },
  INT4: { code: 1, bytes: 4, fillValue: 999_999 },
  FLOAT4: { code: 2, bytes: 4, fillValue: 999_999 },
} as const;

/** int16, int32 or float32 samples. */
export type DataType = keyof typeof DATA_TYPES;

/** A bottle's header, decoded and checked. */
export interface BottleHeader {
  readonly byteOrder: ByteOrder;
  /** Instant of the first sample, whole milliseconds since 1970-01-01 UTC. */
  readonly start: number;
  /** Whole milliseconds between samples, at least 1. */
  readonly interval: number;
  /** Number of samples. The bottle has the bytes for all of them. */
  readonly length: number;
  readonly dataType: DataType;
  /** The value that means "no sample". */
  readonly fillValue: number;
}

/**
 * First instant that no bottle can hold: 2100-01-01 UTC, in milliseconds. Names count years from 2000 with
 * two digits.
 */
const END_OF_TIME = Date.UTC(2100, 0, 1);

/**
 * Decodes the header of a whole bottle. Throws a FlawError with the offset of the first field that cannot be.
 */
export function decodeHeader(bytes: Buffer): BottleHeader {
  if (bytes.length === 0) throw flaw(0, 'an empty member', `a header of ${HEADER_BYTES} bytes`);
  const byteOrder = decodeMagic(bytes);
  if (bytes.length < HEADER_BYTES) {
    throw flaw(bytes.length, 'the end of the bottle', `a header of ${HEADER_BYTES} bytes`);
  }
  const int32 = (offset: number): number => int32At(bytes, offset, byteOrder);
  const seconds = (offset: number, size: 4 | 8): number => {
    const big = byteOrder === 'BE';
    if (size === 8) return big ? bytes.readDoubleBE(offset) : bytes.readDoubleLE(offset);
    return big ? bytes.readFloatBE(offset) : bytes.readFloatLE(offset);
  };

  const headerSize = int32(HEADER_OFFSET.headerSize);
  if (headerSize !== HEADER_BYTES) {
    throw flaw(HEADER_OFFSET.headerSize, `header size ${headerSize}`, String(HEADER_BYTES));
  }
  const start = Math.round(seconds(HEADER_OFFSET.start, 8) * 1000);
  if (!(start >= 0 && start < END_OF_TIME)) {
    throw flaw(HEADER_OFFSET.start, `start ${seconds(HEADER_OFFSET.start, 8)} s`, 'a time from 1970 to 2099');
  }
  const interval = Math.round(seconds(HEADER_OFFSET.interval, 4) * 1000);
  if (!(interval >= 1 && interval < END_OF_TIME)) {
    throw flaw(
      HEADER_OFFSET.interval,
      `interval ${seconds(HEADER_OFFSET.interval, 4)} s`,
      'at least 0.001 s',
    );
  }
  const dataType = decodeDataType(int32(HEADER_OFFSET.dataType));
  const length = int32(HEADER_OFFSET.numPts);
  checkLength(length, bytes.length, dataType);
  if (start + (length - 1) * interval >= END_OF_TIME) {
    throw flaw(HEADER_OFFSET.interval, `interval ${interval / 1000} s`, 'a last sample before 2100');
  }
  return { byteOrder, start, interval, length, dataType, fillValue: int32(HEADER_OFFSET.fillValue) };
}

/**
 * What is wrong with the length of a bottle of `size` bytes when these are more than its header says;
 * undefined when they are not, or when the header says no length. `head` is the first bytes of the bottle.
 */
export function overLength(head: Buffer, size: number): Flaw | undefined {
  const byteOrder = head.length < HEADER_BYTES ? undefined : byteOrderOf(head);
  if (byteOrder === undefined) return undefined;
  const dataType = dataTypeOf(int32At(head, HEADER_OFFSET.dataType, byteOrder));
  const length = int32At(head, HEADER_OFFSET.numPts, byteOrder);
  if (dataType === undefined || HEADER_BYTES + length * DATA_TYPES[dataType].bytes >= size) return undefined;
  return lengthFlaw(length, size, dataType);
}

/**
 * Checks that all samples lie within the period of the bottle's name, to the millisecond. Loggers write no
 * other bottles, so another time means that a byte of the header was changed. Throws a FlawError with the
 * offset of the field that is wrong: the interval if the samples span more than the period, else the start.
 */
export function checkPeriod({ start, interval, length }: BottleHeader, period: Period): void {
  const first = periodStart(period);
  const end = periodEnd(period);
  const last = start + Math.max(0, length - 1) * interval;
  if (start >= first && last < end) return;
  const expected = `times within the period of the name, from ${formatTime(first)} to before ${formatTime(end)}`;
  if (last - start >= end - first) {
    const found = `interval ${interval / 1000} s, with a last sample at ${formatTime(last)}`;
    throw flaw(HEADER_OFFSET.interval, found, expected);
  }
  const isOutside = start < first || start >= end;
  const found = `start ${formatTime(start)}${isOutside ? '' : `, with a last sample at ${formatTime(last)}`}`;
  throw flaw(HEADER_OFFSET.start, found, expected);
}

function int32At(bytes: Buffer, offset: number, byteOrder: ByteOrder): number {
  return byteOrder === 'LE' ? bytes.readInt32LE(offset) : bytes.readInt32BE(offset);
}

function decodeMagic(bytes: Buffer): ByteOrder {
  const byteOrder = byteOrderOf(bytes);
  if (byteOrder) return byteOrder;
  throw flaw(HEADER_OFFSET.magic, `magic ${bytes.toString('hex', 0, 2)}`, '5d01 or 015d');
}

function byteOrderOf(bytes: Buffer): ByteOrder | undefined {
  const offset = HEADER_OFFSET.magic;
  if (bytes.length >= 2 && bytes.readUInt16LE(offset) === MAGIC) return 'LE';
  if (bytes.length >= 2 && bytes.readUInt16BE(offset) === MAGIC) return 'BE';
  return undefined;
}

function decodeDataType(code: number): DataType {
  const dataType = dataTypeOf(code);
  if (dataType) return dataType;
  throw flaw(HEADER_OFFSET.dataType, `data type ${code}`, '0 (INT2), 1 (INT4) or 2 (FLOAT4)');
}

function dataTypeOf(code: number): DataType | undefined {
  for (const [type, { code: known }] of Object.entries(DATA_TYPES)) {
    if (known === code) return type as DataType;
  }
  return undefined;
}

/**
 * num_pts must be what the bytes hold: with more we would read beyond the end, with less we would drop
 * samples unseen.
 */
function checkLength(length: number, bytes: number, dataType: DataType): void {
  if (HEADER_BYTES + length * DATA_TYPES[dataType].bytes === bytes) return;
  throw new FlawError(lengthFlaw(length, bytes, dataType));
}

function lengthFlaw(length: number, bytes: number, dataType: DataType): Flaw {
  const held = (bytes - HEADER_BYTES) / DATA_TYPES[dataType].bytes;
  const there = Number.isInteger(held) ? String(held) : held.toFixed(2);
  return {
    offset: HEADER_OFFSET.numPts,
    found: `num_pts ${length}`,
    expected: `${there}, for the ${bytes - HEADER_BYTES} bytes of ${dataType} samples that follow the header`,
  };
}

/** `2021-07-01T00:00:00Z`, with milliseconds where they are not zero. */
function formatTime(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

function flaw(offset: number, found: string, expected: string): FlawError {
  return new FlawError({ offset, found, expected });
}
