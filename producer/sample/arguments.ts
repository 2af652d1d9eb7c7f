/** Parsers of the arguments that say what to write. They throw commander's `InvalidArgumentError`. */
import { InvalidArgumentError } from 'commander';
import { positive, wholeNumber } from '../../cli/arguments';
import { stationNames } from './plan';

/** B009 to B999. */
const MAX_STATIONS = 991;

/** Seconds of data per second: an hour in less than a second. */
const MAX_SPEED = 5_000;

/** Parses names of stations, for example `B009,B018`, or their number. */
export function parseStations(text: string): string[] {
  if (/^\d{1,3}$/.test(text)) return stationNames(wholeNumber(1, MAX_STATIONS)(text));
  const names = uniqueNames(text);
  const wrong = names.find((name) => !/^[A-Za-z0-9]{4}$/.test(name));
  if (wrong !== undefined) {
    throw new InvalidArgumentError(
      `${JSON.stringify(wrong)} is not a station: expected four letters or digits, for example B009, or a number from 1 to ${MAX_STATIONS}.`,
    );
  }
  return names;
}

/** Parses how many seconds of data pass in a second. */
export const parseSpeed = positive(MAX_SPEED);

/** The different names of a list that is separated by commas. */
export function uniqueNames(list: string): string[] {
  return [...new Set(list.split(',').map((name) => name.trim()))];
}
