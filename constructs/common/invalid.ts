/**
 * Errors for invalid props and settings. All say where, what was found, what is allowed, and how to fix it.
 */
import type { IConstruct } from 'constructs';

/** An invalid property, and how to fix it. */
export interface InvalidInput {
  /** Property as the user writes it, for example `listeners[1].port`. */
  readonly property: string;
  /** Value that was given. */
  readonly got: unknown;
  /** What is allowed, as a phrase: `1 to 3`, `an odd number`. */
  readonly allowed: string;
  /** What to change, as a sentence. */
  readonly fix: string;
}

/**
 * Where an error is: a construct, or the name of a call outside the construct tree. Undefined in a function
 * that knows no constructs: the error has no path until `withPath` adds it.
 */
export type Where = IConstruct | string | undefined;

/** Throws `PATH: PROPERTY is GOT; allowed: ALLOWED. FIX`. */
export function invalid(where: Where, { property, got, allowed, fix }: InvalidInput): never {
  throw new Error(`${prefix(where)}${property} is ${show(got)}; allowed: ${allowed}. ${fix}`);
}

function prefix(where: Where): string {
  if (where === undefined) return '';
  return `${typeof where === 'string' ? where : where.node.path || where.constructor.name}: `;
}

/** Throws unless `got` is a whole number in the range, both ends included. */
export function requireInteger(
  where: Where,
  property: string,
  got: number,
  { min, max }: { readonly min: number; readonly max?: number },
): void {
  if (Number.isInteger(got) && got >= min && got <= (max ?? Number.MAX_SAFE_INTEGER)) return;
  const range = max === undefined ? `${min} or more` : `${min} to ${max}`;
  invalid(where, { property, got, allowed: `a whole number, ${range}`, fix: `Set ${property} within that.` });
}

/** Runs a function that does not know constructs, and adds the construct's path to its errors. */
export function withPath<Result>(where: IConstruct, build: () => Result): Result {
  try {
    return build();
  } catch (error) {
    throw new Error(`${where.node.path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** The number of replicas: 1 or more, 1 by default. */
export function replicaCount(where: IConstruct, got: number | undefined, property = 'replicas'): number {
  const replicas = got ?? 1;
  requireInteger(where, property, replicas, { min: 1 });
  return replicas;
}

/**
 * ` Did you mean "x"?` for the known name nearest to a mistyped one, or an empty string when none is near.
 */
export function didYouMean(got: string, known: Iterable<string>): string {
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(got.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(got.toLowerCase(), name.toLowerCase());
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function show(value: unknown): string {
  if (value === undefined) return 'not set';
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value);
}
