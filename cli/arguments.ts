/**
 * Parsers of command-line arguments. They throw commander's `InvalidArgumentError`, which commander shows
 * with the option's name.
 */
import { InvalidArgumentError } from 'commander';

/** The most seconds that an option takes: a day. */
const MAX_SECONDS = 86_400;

/** Parses a whole number from `min` to `max`. */
export function wholeNumber(min: number, max = Infinity): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number ${range(min, max)}.`);
  };
}

/** Parses a number from `min` to `max`, which may have decimals. */
export function decimal(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = parseDecimal(text);
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a number ${range(min, max)}.`);
  };
}

/** Parses a number above 0, at most `max`. */
export function positive(max: number): (text: string) => number {
  return (text) => {
    const value = parseDecimal(text);
    if (value > 0 && value <= max) return value;
    throw new InvalidArgumentError(`Expected a number above 0, at most ${max}.`);
  };
}

/** Parses a time in seconds, above 0 and at most a day. */
export const seconds = positive(MAX_SECONDS);

function parseDecimal(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
}

function range(min: number, max: number): string {
  return max === Infinity ? `of ${min} or more` : `from ${min} to ${max}`;
}
