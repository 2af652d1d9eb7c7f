/** Checks shared by the configuration builders: what was given, what is allowed, and the fix, in one sentence each. */

/** Throws unless `port` is a whole number a TCP port can have. `what` names the setting, for example `listeners[0].port`. */
export function checkPort(what: string, port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`${what} is ${port}: expected a whole number from 1 to 65535`);
  }
}

/** Throws unless `value` is a whole number of at least `min`. */
export function checkCount(what: string, value: number, min = 1): void {
  if (!Number.isInteger(value) || value < min) {
    throw new Error(`${what} is ${value}: expected a whole number, ${min} or more`);
  }
}

/** Throws when two of `values` are the same; `what` names the list, for example `names of listeners`. */
export function checkUnique(what: string, values: readonly (string | number)[]): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) {
    throw new Error(`${what}: ${twice} stands there twice; each has to be different`);
  }
}

/**
 * Adds a user's own options to those that are computed. An option that is computed already is refused, because one of the
 * two values would be lost without a word; `hint` says by which prop it is set.
 */
export function mergeOptions(
  what: string,
  computed: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string | number | boolean>> = {},
  hint = 'set it by the typed property that makes it, or leave it out',
): Record<string, string> {
  const merged: Record<string, string> = { ...computed };
  for (const [name, value] of Object.entries(own)) {
    const had = computed[name];
    if (had !== undefined && had !== String(value)) {
      throw new Error(`${what} sets ${name} to ${value}, but it is computed as ${had}: ${hint}`);
    }
    merged[name] = String(value);
  }
  return merged;
}
