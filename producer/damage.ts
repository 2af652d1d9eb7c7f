/** What is wrong at one place in the data. */
export interface Flaw {
  /** Byte offset in the innermost member. */
  readonly offset: number;
  /** What was found there. */
  readonly found: string;
  /** What was expected instead. */
  readonly expected: string;
}

/** Where data comes from. */
export interface Place {
  /** Input file as given, or `-` for standard input. */
  readonly file: string;
  /** Names of the members from the outermost archive inwards; empty when the file itself is meant. */
  readonly members: readonly string[];
}

/** An item that could not be read. Only that item is lost. */
export interface Damage extends Place, Flaw {}

/** Characters of a member's name that are kept: a damaged archive can have many names of any length. */
const NAME_LENGTH = 255;

/** The place of a member of the archive at a place. */
export function within(place: Place, member: string): Place {
  const name = member.length > NAME_LENGTH ? `${member.slice(0, NAME_LENGTH)}…` : member;
  return { file: place.file, members: [...place.members, name] };
}

/** `archive › member › byte 20: found …, expected …` */
export function formatDamage(damage: Damage): string {
  const where = [damage.file, ...damage.members, `byte ${damage.offset}`].map(printable).join(' › ');
  return `${where}: found ${printable(damage.found)}, expected ${printable(damage.expected)}`;
}

/** Thrown by decoders, which know what is wrong and at which byte, but not in which file. */
export class FlawError extends Error {
  constructor(readonly flaw: Flaw) {
    super(`byte ${flaw.offset}: found ${flaw.found}, expected ${flaw.expected}`);
    this.name = 'FlawError';
  }
}

/** The name of a member comes from the input, so its control characters must not reach a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}
