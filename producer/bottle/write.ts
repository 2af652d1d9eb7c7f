import { DATA_TYPES, HEADER_BYTES, HEADER_OFFSET, MAGIC, type ByteOrder, type DataType } from './header';

/** Contents of a bottle. */
export interface BottleContent {
  /** Instant of the first sample, whole milliseconds since 1970-01-01 UTC. */
  readonly start: number;
  /**
   * Whole milliseconds between samples, at least 1; up to two hours any, above it those that a float32 of
   * seconds holds.
   */
  readonly interval: number;
  /** Type in which the samples are stored. */
  readonly type: DataType;
  /** Samples in time order, null where there is none. FLOAT4 stores the nearest float32. */
  readonly samples: ArrayLike<number | null>;
  /** Byte order of the whole bottle. @default 'LE', as loggers write */
  readonly byteOrder?: ByteOrder;
  /**
   * Value that means "no sample". @default - the usual one of the type: 32767 (INT2), 999999 (INT4, FLOAT4)
   */
  readonly fillValue?: number;
  /** Channel class, informative (0 for strain). @default 0 */
  readonly id?: number;
}

/** Whole numbers that each type holds; FLOAT4 also holds what a consumer may not want, such as NaN. */
const RANGES: Readonly<Record<DataType, readonly [number, number]>> = {
  INT2: [-(2 ** 15), 2 ** 15 - 1],
  INT4: [-(2 ** 31), 2 ** 31 - 1],
  FLOAT4: [-Infinity, Infinity],
};

/**
 * Writes a bottle: the header (layout in `header.ts`), then the samples. Reading it returns the same values.
 *
 * Throws a RangeError when a value does not fit its type, when a sample equals the fill value, or when start
 * or interval is not a whole number of milliseconds that the header can hold.
 */
export function encodeBottle(bottle: BottleContent): Buffer {
  const { start, interval, type, samples, byteOrder = 'LE', id = 0 } = bottle;
  const { code, bytes, fillValue: usual } = DATA_TYPES[type];
  const fillValue = bottle.fillValue ?? usual;
  checkInteger('start', start, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'milliseconds since 1970');
  checkInteger('interval', interval, 1, RANGES.INT4[1], 'milliseconds');
  if (Math.round(Math.fround(interval / 1_000) * 1_000) !== interval) {
    throw new RangeError(
      `interval is ${interval} ms, which the header's float32 seconds cannot hold to the millisecond`,
    );
  }
  checkInteger('fillValue', fillValue, ...(type === 'INT2' ? RANGES.INT2 : RANGES.INT4), type);
  checkInteger('id', id, ...RANGES.INT4, 'INT4');

  const littleEndian = byteOrder === 'LE';
  const buffer = Buffer.alloc(HEADER_BYTES + samples.length * bytes);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  view.setInt16(HEADER_OFFSET.magic, MAGIC, littleEndian);
  view.setInt32(HEADER_OFFSET.headerSize, HEADER_BYTES, littleEndian);
  view.setFloat64(HEADER_OFFSET.start, start / 1_000, littleEndian);
  view.setFloat32(HEADER_OFFSET.interval, interval / 1_000, littleEndian);
  view.setInt32(HEADER_OFFSET.numPts, samples.length, littleEndian);
  view.setInt32(HEADER_OFFSET.dataType, code, littleEndian);
  view.setInt32(HEADER_OFFSET.fillValue, fillValue, littleEndian);
  view.setInt32(HEADER_OFFSET.id, id, littleEndian);
  for (let i = 0; i < samples.length; i++) {
    const given = samples[i];
    if (typeof given === 'number') checkSample(i, given, type, fillValue);
    const sample = given ?? fillValue;
    const offset = HEADER_BYTES + i * bytes;
    if (type === 'INT4') view.setInt32(offset, sample, littleEndian);
    else if (type === 'INT2') view.setInt16(offset, sample, littleEndian);
    else view.setFloat32(offset, sample, littleEndian);
  }
  return buffer;
}

function checkSample(index: number, sample: number, type: DataType, fillValue: number): void {
  const stored = type === 'FLOAT4' ? Math.fround(sample) : sample;
  if (stored === fillValue) {
    throw new RangeError(
      `samples[${index}] is ${fillValue}, which means "no sample": give null for none, or set another fillValue`,
    );
  }
  if (type !== 'FLOAT4') checkInteger(`samples[${index}]`, sample, ...RANGES[type], type);
}

function checkInteger(what: string, value: number, least: number, most: number, as: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${what} is ${value}, expected a whole number from ${least} to ${most} (${as})`);
}
