/** Damage to bytes: what disks, networks and interrupted writers do. */
import type { Random } from './random';
import { BLOCK } from './tree';

/** A change of bytes and its description. */
export interface Edit {
  readonly what: string;
  readonly apply: (bytes: Buffer) => Buffer;
}

/** Any edit of `length` bytes. */
export function anyEdit(random: Random, length: number): Edit {
  return random.pick(EDITS)(random, Math.max(1, length));
}

/** One to three bits changed among the first `length` bytes. */
export function flips(random: Random, length: number): Edit {
  const bits = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => random.below(length * 8));
  return {
    what: `bits ${bits.join(', ')} changed`,
    apply: (bytes) => {
      for (const bit of bits) if (bit >> 3 < bytes.length) bytes[bit >> 3]! ^= 1 << (bit & 7);
      return bytes;
    },
  };
}

function truncation(random: Random, length: number): Edit {
  const left = random.chance(20) ? Math.max(0, length - 1 - random.below(20)) : random.below(length);
  return { what: `cut off after ${left} bytes`, apply: (bytes) => bytes.subarray(0, left) };
}

/** A place and a length, often of whole blocks, so that a tar goes on where it is expected to. */
function run(random: Random, length: number): { readonly at: number; readonly size: number } {
  if (random.chance(50))
    return { at: random.below(length), size: 1 + random.below(random.pick([4, 100, 3000])) };
  return { at: BLOCK * random.below(Math.ceil(length / BLOCK)), size: BLOCK * (1 + random.below(6)) };
}

function removal(random: Random, length: number): Edit {
  const { at, size } = run(random, length);
  return {
    what: `${size} bytes removed at ${at}`,
    apply: (bytes) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]),
  };
}

function insertion(random: Random, length: number): Edit {
  const { at, size } = run(random, length);
  const inserted = filling(random, size);
  return {
    what: `${size} bytes inserted at ${at}`,
    apply: (bytes) => Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]),
  };
}

function repetition(random: Random, length: number): Edit {
  const { at, size } = run(random, length);
  return {
    what: `${size} bytes at ${at} repeated`,
    apply: (bytes) => Buffer.concat([bytes.subarray(0, at + size), bytes.subarray(at)]),
  };
}

function overwriting(random: Random, length: number): Edit {
  const { at, size } = run(random, length);
  const over = filling(random, size);
  return {
    what: `${size} bytes overwritten at ${at}`,
    apply: (bytes) => {
      over.copy(bytes, at);
      return bytes;
    },
  };
}

function appending(random: Random): Edit {
  const more = filling(random, 1 + random.below(1500));
  return { what: `${more.length} bytes appended`, apply: (bytes) => Buffer.concat([bytes, more]) };
}

/** Zeros, ones or noise. */
function filling(random: Random, size: number): Buffer {
  const bytes = Buffer.alloc(size, random.pick([0, 0xff]));
  if (random.chance(50)) for (let i = 0; i < size; i++) bytes[i] = random.below(256);
  return bytes;
}

const EDITS = [flips, flips, flips, truncation, removal, insertion, repetition, overwriting, appending];
