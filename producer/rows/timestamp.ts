/**
 * The row's `timestamp`: its instant as text, UTC, `yyyy-mm-dd hh:mm:ss`, with `.fff` when the milliseconds
 * are not zero.
 */

const MINUTE = 60_000;
/** Characters of `yyyy-mm-dd hh:mm:`. */
export const MINUTE_LENGTH = 17;

const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const FRACTIONS = Array.from({ length: 1000 }, (_, value) =>
  value === 0 ? '' : `.${String(value).padStart(3, '0')}`,
);

/**
 * Makes a function from milliseconds since 1970-01-01 UTC to the row's `timestamp`. It remembers the last
 * minute, so that a run of instants needs one calendar computation per minute and two lookups per instant.
 */
export function timestampFormatter(): (time: number) => string {
  let minute = NaN;
  let prefix = '';
  return (time) => {
    const ofMinute = Math.floor(time / MINUTE);
    if (ofMinute !== minute) {
      minute = ofMinute;
      prefix = minuteText(minute);
    }
    const rest = time - minute * MINUTE;
    const second = Math.floor(rest / 1000);
    return prefix + (TWO_DIGITS[second] ?? '') + (FRACTIONS[rest - second * 1000] ?? '');
  };
}

/** The first characters of all `timestamp`s of a minute, which is counted from 1970. */
export function minuteText(minute: number): string {
  return new Date(minute * MINUTE).toISOString().replace('T', ' ').slice(0, MINUTE_LENGTH);
}
