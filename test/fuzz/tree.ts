/** Archives as trees, which can be changed at any place before they become bytes. */
import { gzipSync } from 'node:zlib';

export const BLOCK = 512;

/** The bytes of a bottle, or of what stands in its place. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly bytes: Buffer;
}

export interface Tar {
  readonly kind: 'tar';
  readonly members: readonly Member[];
}

export interface Gzip {
  readonly kind: 'gzip';
  readonly inner: Node;
}

/** The bytes of a node, changed where they lie. */
export interface Damaged {
  readonly kind: 'damaged';
  readonly inner: Node;
  readonly change: (bytes: Buffer) => Buffer;
}

export type Node = Leaf | Tar | Gzip | Damaged;

export interface Member {
  readonly name: string;
  readonly node: Node;
  /** Size in the tar header. @default - the number of bytes that follow */
  readonly size?: number;
  /** Type in the tar header. @default '0', a file */
  readonly type?: string;
}

/** A file to read. */
export interface Input {
  readonly name: string;
  readonly node: Node;
}

/** Steps from the root to a node: the index of a member; 0 into gzip or damage. */
export type Path = readonly number[];

/** Nodes do not change, and most are shared by many cases. */
const rendered = new WeakMap<Node, Buffer>();

/** The bytes of a node. */
export function render(node: Node): Buffer {
  if (node.kind === 'leaf') return node.bytes;
  let bytes = rendered.get(node);
  if (!bytes) {
    bytes = renderOnce(node);
    rendered.set(node, bytes);
  }
  return bytes;
}

function renderOnce(node: Exclude<Node, Leaf>): Buffer {
  switch (node.kind) {
    case 'tar':
      return Buffer.concat([...node.members.flatMap(renderMember), Buffer.alloc(2 * BLOCK)]);
    case 'gzip':
      return gzipSync(render(node.inner), { level: 1 });
    case 'damaged':
      return node.change(Buffer.from(render(node.inner)));
  }
}

function renderMember({ name, node, size, type = '0' }: Member): Buffer[] {
  const bytes = render(node);
  const padding = Buffer.alloc(padded(bytes.length) - bytes.length);
  const header = tarHeader(name.slice(0, 100), size ?? bytes.length, type);
  if (name.length <= 100) return [header, bytes, padding];
  const record = paxRecord('path', name);
  const rest = Buffer.alloc(padded(record.length) - record.length);
  return [tarHeader('PaxHeader', record.length, 'x'), record, rest, header, bytes, padding];
}

/** A ustar header with the right checksum. */
function tarHeader(name: string, size: number, type: string): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 'latin1');
  header.write('0000664\0' + '0000000\0'.repeat(2), 100, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124, 'latin1');
  header.write(`        ${type}`, 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const length = [2, 3, 4].map((digits) => rest.length + digits).find((it) => `${it}${rest}`.length === it);
  return Buffer.from(`${length}${rest}`, 'latin1');
}

export const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

/** The tree with another node at a path. Only the nodes above it are new. */
export function replaced(node: Node, path: Path, change: (node: Node) => Node): Node {
  const [step, ...rest] = path;
  if (step === undefined) return change(node);
  if (node.kind === 'leaf') throw new Error('a leaf has no nodes below it');
  if (node.kind !== 'tar') return { ...node, inner: replaced(node.inner, rest, change) };
  const members = node.members.map((member, i) =>
    i === step ? { ...member, node: replaced(member.node, rest, change) } : member,
  );
  return { ...node, members };
}

/** All nodes with their paths, from the root on. */
export function* nodesOf(
  node: Node,
  path: Path = [],
): Generator<{ readonly node: Node; readonly path: Path }> {
  yield { node, path };
  if (node.kind === 'leaf') return;
  if (node.kind !== 'tar') yield* nodesOf(node.inner, [...path, 0]);
  else for (const [i, member] of node.members.entries()) yield* nodesOf(member.node, [...path, i]);
}

/** A bottle, or what stands in its place. */
export interface Place {
  /** Names of the members from the outermost archive inwards. */
  readonly names: readonly string[];
  readonly bytes: Buffer;
}

/** The leaves with the bytes that were packed, and their names. */
export function* leavesOf(node: Node, names: readonly string[]): Generator<Place> {
  const isLeaf = node.kind === 'leaf' || (node.kind === 'damaged' && node.inner.kind === 'leaf');
  if (isLeaf) yield { names, bytes: render(node) };
  else if (node.kind === 'tar') {
    for (const member of node.members) yield* leavesOf(member.node, [...names, member.name]);
  } else yield* leavesOf(node.inner, names);
}
