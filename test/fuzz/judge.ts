/**
 * Compares a reading with what had to be read. What the format cannot show is allowed:
 *
 * - Bytes of a bottle in plain tars have no check sum. Samples, the value that means "no sample", and times
 *   within the period of the name may be wrong.
 * - A bottle that was damaged before it was compressed is read as it was compressed.
 * - A tar without some of its members, or with members that were added, is a tar.
 * - Gzip data that are cut off have lost their check sum. Bottles in them may be wrong when they were damaged
 *   a second time.
 */
import type { Mutated } from './mutations';
import type { Reading } from './reading';
import { expectationOf, type Expectation } from './reference';
import { decode, keyOf } from './reference-bottle';
import { leavesOf, nodesOf, render } from './tree';
import { wrongRows } from './rows';

/** The name under which standard input is read. */
export const FILE = '-';

/** What is wrong with a reading; nothing if it is right. */
export function faultsOf(input: Mutated, bytes: Buffer, reading: Reading): string[] {
  const expected = expectationOf(FILE, bytes);
  const read = reading.bottles.map(({ bottle, place }) => ({
    names: place.members,
    key: keyOf(bottle.site, bottle.field, bottle.start, bottle.interval, bottle.values, bottle.absent),
  }));
  return [
    ...unread(expected, read),
    ...wrongValues(input, expected, read),
    ...unreported(input, expected, read, reading),
    ...wrongRows(reading),
  ];
}

interface Read {
  readonly names: readonly string[];
  readonly key: string;
}

/** Bottles that had to be read, and were not, or not as often as they are there. */
function unread({ finds }: Expectation, read: readonly Read[]): string[] {
  const left = new Map<string, number>();
  for (const bottle of read) left.set(idOf(bottle), (left.get(idOf(bottle)) ?? 0) + 1);
  return finds.flatMap((find) => {
    const count = left.get(idOf(find)) ?? 0;
    left.set(idOf(find), count - 1);
    return count > 0 ? [] : [`${find.names.join(' › ')}: is intact and was not read`];
  });
}

/** Bottles that were read with values that neither were packed nor can be taken for such. */
function wrongValues(input: Mutated, expected: Expectation, read: readonly Read[]): string[] {
  const allowed = new Set(expected.finds.map(({ key }) => key));
  const unknown = read.filter(({ key }) => !allowed.has(key));
  if (unknown.length === 0) return [];
  for (const key of packedKeys(input)) allowed.add(key);
  if (input.edits > 1) for (const { key } of expected.cutFinds) allowed.add(key);
  return unknown
    .filter(({ key }) => !allowed.has(key))
    .map(({ names }) => `${names.join(' › ')}: was read with values that it does not have`);
}

/**
 * What the bottles hold as they were packed, and what the content of each gzip holds as it was compressed.
 */
function* packedKeys({ node }: Mutated): Generator<string> {
  for (const { names, bytes } of leavesOf(node, [])) {
    const key = packedKey(names, bytes);
    if (key !== undefined) yield key;
  }
  for (const { node: inner } of nodesOf(node)) {
    if (inner.kind === 'gzip')
      for (const { key } of expectationOf('x.tar', render(inner.inner)).finds) yield key;
  }
}

/** Bottles that are lost, where the format shows it, without damage that says so. */
function unreported(
  input: Mutated,
  expected: Expectation,
  read: readonly Read[],
  { damages }: Reading,
): string[] {
  const there = new Set(read.map(idOf));
  return [...leavesOf(input.node, [])].flatMap(({ names, bytes }) => {
    const key = packedKey(names, bytes);
    if (key !== undefined && there.has(idOf({ names, key }))) return [];
    if (!expected.problems.some((problem) => concerns(problem, names))) return [];
    const isReported = damages.some(
      ({ members, found }) => concerns(members, names) || /the end of the data|ends after/.test(found),
    );
    return isReported ? [] : [`${names.join(' › ')}: is lost, and no damage says so`];
  });
}

/** Whether damage at a place can be why a bottle is lost: around it, or next to something around it. */
function concerns(place: readonly string[], names: readonly string[]): boolean {
  const isAround = place.every((name, i) => name === names[i]);
  return isAround || place.slice(0, -1).every((name, i) => name === names[i]);
}

/** Most bottles are the same in many cases, so what they give is decoded once. */
const decoded = new WeakMap<Buffer, Map<string, string | undefined>>();

function packedKey(names: readonly string[], bytes: Buffer): string | undefined {
  const name = (names.at(-1) ?? '').replace(/\.gz$/, '').replace(/^.*\//s, '');
  const keys = decoded.get(bytes) ?? new Map<string, string | undefined>();
  decoded.set(bytes, keys);
  if (!keys.has(name)) keys.set(name, decode(name, bytes).key);
  return keys.get(name);
}

const idOf = ({ names, key }: Read): string => `${names.join('/')} ${key}`;
