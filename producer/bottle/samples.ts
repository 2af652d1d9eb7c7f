/** The samples after a bottle's header, as the ints that a row holds. */
import { endianness } from 'node:os';

import type { Flaw } from '../damage';
import { DATA_TYPES, HEADER_BYTES, type BottleHeader } from './header';

/** Rows hold FLOAT4 samples in units of 1/10,000. */
export const FLOAT_SCALE = 10_000;

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

/** The samples of a bottle. */
export interface Samples {
  /** One per sample; 0 where `absent` is set. */
  readonly values: Int32Array;
  /** 1 where there is no value; undefined where every sample has one. */
  readonly absent: Uint8Array | undefined;
  /** Number of samples that equal the fill value of the header. */
  readonly missingCount: number;
  /** How many are NaN or infinite. They are absent. */
  readonly notFiniteCount: number;
  /** How many do not fit an int. They are absent. */
  readonly outOfRangeCount: number;
  /** Flaws for the last two counts: one for each kind that occurs, at its first sample. */
  readonly flaws: readonly Flaw[];
}

/**
 * Decodes the samples of a whole bottle. INT2 and INT4 stay as they are; FLOAT4 become `Math.round(sample *
 * 10,000)`, the nearest integer, which is exact: a float32 times 10,000 needs 38 bits.
 */
export function decodeSamples(bytes: Buffer, header: BottleHeader): Samples {
  const raw = copySamples(bytes, header);
  switch (header.dataType) {
    case 'INT2':
      return fromInts(Int32Array.from(new Int16Array(raw)), header.fillValue);
    case 'INT4':
      return fromInts(new Int32Array(raw), header.fillValue);
    case 'FLOAT4':
      return fromFloats(new Float32Array(raw), header.fillValue);
  }
}

/** The samples' bytes, aligned and in this machine's byte order. */
function copySamples(bytes: Buffer, { dataType, byteOrder, length }: BottleHeader): ArrayBuffer {
  const size = DATA_TYPES[dataType].bytes;
  const raw = new ArrayBuffer(length * size);
  const copy = Buffer.from(raw);
  bytes.copy(copy, 0, HEADER_BYTES);
  if (byteOrder !== endianness()) {
    if (size === 2) copy.swap16();
    else copy.swap32();
  }
  return raw;
}

function fromInts(values: Int32Array, fillValue: number): Samples {
  let missingCount = 0;
  for (const value of values) if (value === fillValue) missingCount += 1;
  if (missingCount === 0) return ints(values, undefined, 0);
  const absent = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== fillValue) continue;
    absent[i] = 1;
    values[i] = 0;
  }
  return ints(values, absent, missingCount);
}

const ints = (values: Int32Array, absent: Uint8Array | undefined, missingCount: number): Samples => ({
  values,
  absent,
  missingCount,
  notFiniteCount: 0,
  outOfRangeCount: 0,
  flaws: [],
});

function fromFloats(floats: Float32Array, fillValue: number): Samples {
  const values = new Int32Array(floats.length);
  const absent = new Uint8Array(floats.length);
  const notFinite: number[] = [];
  const outOfRange: number[] = [];
  let missingCount = 0;
  for (let i = 0; i < floats.length; i++) {
    const sample = floats[i]!;
    const scaled = Math.round(sample * FLOAT_SCALE);
    absent[i] = 1;
    if (sample === fillValue) missingCount += 1;
    else if (!Number.isFinite(sample)) notFinite.push(i);
    else if (scaled < INT_MIN || scaled > INT_MAX) outOfRange.push(i);
    else {
      values[i] = scaled;
      absent[i] = 0;
    }
  }
  const flaws = [
    flaw(notFinite, floats, 'a finite number'),
    flaw(
      outOfRange,
      floats,
      `between ${INT_MIN / FLOAT_SCALE} and ${INT_MAX / FLOAT_SCALE}, so that 10,000 times it fits an int`,
    ),
  ].filter((found) => found !== undefined);
  const isWhole = missingCount + notFinite.length + outOfRange.length === 0;
  return {
    values,
    absent: isWhole ? undefined : absent,
    missingCount,
    notFiniteCount: notFinite.length,
    outOfRangeCount: outOfRange.length,
    flaws,
  };
}

/**
 * One flaw for all the samples of a kind, at the first of them: a channel that broke must not fill the
 * report.
 */
function flaw(indices: readonly number[], floats: Float32Array, expected: string): Flaw | undefined {
  const [first] = indices;
  if (first === undefined) return undefined;
  return {
    offset: HEADER_BYTES + first * DATA_TYPES.FLOAT4.bytes,
    found: `sample ${first} is ${floats[first]}${indices.length > 1 ? ` (and ${indices.length - 1} more such)` : ''}`,
    expected,
  };
}
