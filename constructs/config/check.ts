/**
 * Checks that the configuration builders share. Their errors have no path: `withPath` adds that of the
 * construct.
 */
import { didYouMean, invalid, requireInteger } from '../common/invalid';

/**
 * Throws unless `port` is a valid TCP port. `property` names the setting, for example `listeners[0].port`.
 */
export function checkPort(property: string, port: number): void {
  requireInteger(undefined, property, port, { min: 1, max: 65535 });
}

/** Throws unless `value` is a whole number of at least `min`. */
export function checkCount(property: string, value: number, min = 1): void {
  requireInteger(undefined, property, value, { min });
}

/**
 * Throws when `values` has the same value twice; `property` names the list, for example `names of listeners`.
 */
export function checkUnique(property: string, values: readonly (string | number)[]): void {
  if (new Set(values).size === values.length) return;
  invalid(undefined, {
    property,
    got: values,
    allowed: 'values that are all different',
    fix: 'Change or remove one of the equal values.',
  });
}

/** Throws unless `value` is one of `choices`. */
export function checkChoice(property: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  const fix = `Choose one of these.${didYouMean(value, choices)}`;
  invalid(undefined, { property, got: value, allowed: choices.join(', '), fix });
}

/**
 * Adds a user's own options to the computed ones. An own option that differs from a computed one is refused,
 * because one of the two values would be lost silently.
 */
export function mergeOptions(
  property: string,
  computed: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string | number | boolean>> = {},
): Record<string, string> {
  const merged: Record<string, string> = { ...computed };
  for (const [name, value] of Object.entries(own)) {
    const had = computed[name];
    if (had !== undefined && had !== String(value)) {
      invalid(undefined, {
        property: `${property}['${name}']`,
        got: value,
        allowed: `${JSON.stringify(had)}, which other props set`,
        fix: 'Leave it out, and set the prop that it is made from.',
      });
    }
    merged[name] = String(value);
  }
  return merged;
}
