/** Arguments of command lines, checked. */
import { InvalidArgumentError } from 'commander';

/** A time in seconds, above 0. */
export function positiveSeconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number of seconds above 0');
  return value;
}
