/** Times as geodesists write them: UTC, with the day of the year. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  { name: 'd', ms: DAY },
  { name: 'h', ms: HOUR },
  { name: 'min', ms: MINUTE },
  { name: 's', ms: SECOND },
] as const;

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** Day of the year, from 1. */
export function dayOfYear(time: number): number {
  const year = new Date(time).getUTCFullYear();
  return Math.floor((time - Date.UTC(year, 0, 1)) / DAY) + 1;
}

/** `2021:182`. */
export function formatDay(time: number): string {
  return `${new Date(time).getUTCFullYear()}:${pad(dayOfYear(time), 3)}`;
}

/** `2021-07-01`. */
export function formatDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** `00:00:00.050`, with as many parts as are asked for. */
export function formatClock(time: number, parts: 'minutes' | 'seconds' | 'milliseconds' = 'seconds'): string {
  const end = { minutes: 16, seconds: 19, milliseconds: 23 }[parts];
  return new Date(time).toISOString().slice(11, end);
}

/** `2021-07-01 (182) 00:00:00`, with milliseconds where the time has them or `milliseconds` asks for them. */
export function formatInstant(time: number, milliseconds = time % SECOND !== 0): string {
  const clock = formatClock(time, milliseconds ? 'milliseconds' : 'seconds');
  return `${formatDate(time)} (${pad(dayOfYear(time), 3)}) ${clock}`;
}

/** A length of time in its largest unit: `50 ms`, `10 min`, `1.5 d`. */
export function formatLength(ms: number): string {
  const unit = UNITS.find((it) => ms >= it.ms);
  if (!unit) return `${Math.round(ms)} ms`;
  const value = ms / unit.ms;
  return `${Number(value.toFixed(value < 10 ? 1 : 0))} ${unit.name}`;
}

/** How long ago, in its two largest units: `3 s`, `2 h 5 min`, `12 d`. */
export function formatAge(ms: number): string {
  if (ms < SECOND) return 'now';
  const index = UNITS.findIndex((it) => ms >= it.ms);
  const [unit, next] = [UNITS[index]!, UNITS[index + 1]];
  const count = Math.floor(ms / unit.ms);
  const rest = next ? Math.floor((ms % unit.ms) / next.ms) : 0;
  // The age of what is long silent is not read to the hour.
  if (!next || rest === 0 || (unit.name === 'd' && count >= 10)) return `${count} ${unit.name}`;
  return `${count} ${unit.name} ${rest} ${next.name}`;
}

/**
 * Reads an instant in UTC: `2021-07-01`, `2021-07-01 12:30`, `2021:182`, `2021:182 12:30:05`, or as
 * `formatInstant` writes it. Undefined when it is none of them.
 */
export function parseInstant(text: string): number | undefined {
  const found =
    /^\s*(\d{4})(?::(\d{1,3})|-(\d{2})-(\d{2})(?: \(\d{1,3}\))?)(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,3})?))?)?\s*Z?\s*$/.exec(
      text,
    );
  if (!found) return undefined;
  const [, year, ordinal, month, day, hours = '0', minutes = '0', seconds = '0'] = found;
  const date =
    ordinal === undefined
      ? Date.UTC(Number(year), Number(month) - 1, Number(day))
      : Date.UTC(Number(year), 0, Number(ordinal));
  const isReal =
    ordinal === undefined ? formatDate(date) === `${year}-${month}-${day}` : isDayOf(year!, ordinal);
  if (!isReal || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) >= 60) return undefined;
  return date + Number(hours) * HOUR + Number(minutes) * MINUTE + Math.round(Number(seconds) * SECOND);
}

function isDayOf(year: string, ordinal: string): boolean {
  const day = Date.UTC(Number(year), 0, Number(ordinal));
  return Number(ordinal) > 0 && new Date(day).getUTCFullYear() === Number(year);
}
