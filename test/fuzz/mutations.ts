/** What happens to an intact archive in a case. */
import { HEADER_BYTES } from '../../producer/bottle/header';
import { anyEdit, flips, type Edit } from './edits';
import type { Random } from './random';
import {
  nodesOf,
  padded,
  render,
  replaced,
  type Input,
  type Member,
  type Node,
  type Path,
  type Tar,
} from './tree';

/** A changed archive. */
export interface Mutated extends Input {
  /** What was done, for whoever looks into a failure. */
  readonly steps: readonly string[];
  /** How many of the steps changed bytes in their place. */
  readonly edits: number;
}

interface Step {
  readonly what: string;
  readonly node: Node;
}

/** Applies up to three mutations at random places. */
export function mutated(random: Random, input: Input): Mutated {
  const count = random.pick([1, 1, 1, 1, 1, 1, 2, 2, 3]);
  let { node } = input;
  const steps: string[] = [];
  let edits = 0;
  for (let i = 0; i < count; i++) {
    const isEdit = random.chance(65);
    const step = isEdit ? editSomewhere(random, node) : rearrange(random, node);
    if (isEdit) edits += 1;
    steps.push(step.what);
    node = step.node;
  }
  return { name: input.name, node, steps, edits };
}

/** Damages the bytes of a node: a bottle, a tar, gzip data, or the whole file. */
function editSomewhere(random: Random, root: Node): Step {
  const { node, path } = random.pick([...nodesOf(root)]);
  const { length } = render(node);
  const isLeaf = node.kind === 'leaf';
  const edit: Edit = isLeaf && random.chance(60) ? flips(random, HEADER_BYTES) : anyEdit(random, length);
  return {
    what: `${edit.what} in ${describe(root, path)}`,
    node: replaced(root, path, (inner) => ({ kind: 'damaged', inner, change: edit.apply })),
  };
}

/** Changes what a tar holds. What was not changed stays intact. */
function rearrange(random: Random, root: Node): Step {
  const tars = [...nodesOf(root)].filter(({ node }) => node.kind === 'tar');
  // Damage may have left no tar to change.
  const target = tars.length > 0 ? random.pick(tars) : undefined;
  if (!target) return editSomewhere(random, root);
  const { members } = target.node as Tar;
  const at = random.below(members.length);
  const member = members[at];
  if (!member) return editSomewhere(random, root);
  const change = random.pick(REARRANGEMENTS)(random, members, at, member);
  return {
    what: `${change.what} in ${describe(root, target.path)}`,
    node: replaced(root, target.path, (): Tar => ({ kind: 'tar', members: change.members })),
  };
}

/** Above the limit of a bottle. */
const OVER_LONG_BYTES = 20 * 1024 * 1024;

interface Rearranged {
  readonly what: string;
  readonly members: readonly Member[];
}

type Rearrangement = (random: Random, members: readonly Member[], at: number, member: Member) => Rearranged;

const withMember = (members: readonly Member[], at: number, ...instead: readonly Member[]): Member[] =>
  members.flatMap((member, i) => (i === at ? instead : [member]));

const swap: Rearrangement = (random, members, at, member) => {
  const other = random.below(members.length);
  const swapped = withMember(withMember(members, at, members[other]!), other, member);
  return { what: `members ${at} and ${other} swapped`, members: swapped };
};

/** The bytes of one member under the name of another. */
const mixUp: Rearrangement = (random, members, at, member) => {
  const other = random.pick(members);
  const changed = withMember(members, at, { ...member, node: other.node });
  return { what: `${member.name} with the bytes of ${other.name}`, members: changed };
};

const double: Rearrangement = (_, members, at, member) => ({
  what: `${member.name} twice`,
  members: withMember(members, at, member, member),
});

const remove: Rearrangement = (_, members, at, member) => ({
  what: `${member.name} removed`,
  members: members.length > 1 ? withMember(members, at) : members,
});

const rename: Rearrangement = (random, members, at, member) => {
  const name = random.pick([
    member.name.replace(/CH\d/, `CH${random.below(6)}`),
    member.name.replace(/\d/, String(random.below(10))),
    member.name.replace(/(\d)(\D*)$/, `${random.below(10)}$2`),
    member.name.slice(0, random.below(member.name.length)),
    `../${member.name}`,
    `/${member.name}`,
    `folder/${member.name}`,
    `${'long-'.repeat(30)}/${member.name.slice(-14)}`,
    'README.txt',
    '\u001b[2J',
    '',
  ]);
  return {
    what: `${member.name} named ${JSON.stringify(name)}`,
    members: withMember(members, at, { ...member, name }),
  };
};

/** Another size in the tar header, whose checksum is right. */
const resize: Rearrangement = (random, members, at, member) => {
  const { length } = render(member.node);
  const size = random.pick([
    0,
    random.below(length + 1),
    length + 1 + random.below(5000),
    padded(length),
    2 ** 24 + 1,
    8 ** 11 - 1,
  ]);
  return { what: `${member.name} with size ${size}`, members: withMember(members, at, { ...member, size }) };
};

const retype: Rearrangement = (random, members, at, member) => {
  const type = random.pick(['1', '2', '3', '5', '7', 'Z']);
  return { what: `${member.name} of type ${type}`, members: withMember(members, at, { ...member, type }) };
};

const compress: Rearrangement = (_, members, at, member) => ({
  what: `${member.name} compressed once more`,
  members: withMember(members, at, {
    ...member,
    name: `${member.name || 'bottle'}.gz`,
    node: { kind: 'gzip', inner: member.node },
  }),
});

const wrap: Rearrangement = (_, members, at, member) => ({
  what: `${member.name} in a tar of its own`,
  members: withMember(members, at, { name: 'inner.tar', node: { kind: 'tar', members: [member] } }),
});

const foreign: Rearrangement = (random, members, at, member) => {
  const size = random.chance(1) ? OVER_LONG_BYTES : random.pick([0, 1, 40, 700]);
  const bytes = Buffer.alloc(size, random.pick([0, 0x41, 0xff]));
  const name = random.pick([member.name, 'notes', 'B0092118205.tgz', 'B0092118200CH3']);
  return {
    what: `${bytes.length} foreign bytes as ${name}`,
    members: withMember(members, at, { name, node: { kind: 'leaf', bytes } }, member),
  };
};

const REARRANGEMENTS: readonly Rearrangement[] = [
  swap,
  mixUp,
  double,
  remove,
  rename,
  rename,
  resize,
  retype,
  compress,
  wrap,
  foreign,
];

/** The member names on the way to a node. */
function describe(root: Node, path: Path): string {
  const names: string[] = [];
  let node = root;
  for (const step of path) {
    if (node.kind === 'tar') {
      const member: Member = node.members[step]!;
      names.push(member.name);
      node = member.node;
    } else if (node.kind !== 'leaf') {
      node = node.inner;
    }
  }
  return `${names.join(' › ') || 'the file'} (${node.kind})`;
}
