import { formatClock, formatDate, formatDay } from './time-text';

/** A tick of a time axis. */
export interface TimeTick {
  readonly time: number;
  /** First line: the clock, or the day as `2021:182`. */
  readonly label: string;
  /** Second line: the day, at the first tick and where it changes; else empty. */
  readonly context: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Widths from here on are counted in months, which differ in length. */
const MONTH = 30 * DAY;

const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((step) => step * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((step) => step * MINUTE),
  ...[1, 2, 3, 6, 12].map((step) => step * HOUR),
  ...[1, 2, 5, 10].map((step) => step * DAY),
];
const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600];

/** Ticks at round times between `start` and `end` (included): at most `most` and at least one or two. */
export function timeTicks(start: number, end: number, most: number): TimeTick[] {
  const least = (end - start) / Math.max(1, most);
  const step = STEPS.find((it) => it >= least);
  const times = step === undefined ? monthTicks(start, end, least) : evenTicks(start, end, step);
  let day = '';
  return times.map((time) => {
    if (step === undefined || step >= DAY) return { time, label: formatDay(time), context: formatDate(time) };
    const changed = formatDay(time) !== day;
    day = formatDay(time);
    return { time, label: clockOf(time, step), context: changed ? day : '' };
  });
}

function clockOf(time: number, step: number): string {
  if (step >= MINUTE) return formatClock(time, 'minutes');
  return formatClock(time, step >= SECOND ? 'seconds' : 'milliseconds');
}

function evenTicks(start: number, end: number, step: number): number[] {
  // Steps of days count from the first of January, so that they are round days of the year.
  const origin = step > DAY ? Date.UTC(new Date(start).getUTCFullYear(), 0, 1) : 0;
  const first = origin + Math.ceil((start - origin) / step) * step;
  return Array.from(
    { length: Math.max(0, Math.floor((end - first) / step) + 1) },
    (_, i) => first + i * step,
  );
}

function monthTicks(start: number, end: number, least: number): number[] {
  const months = MONTHS.find((it) => it * MONTH >= least) ?? MONTHS.at(-1)!;
  const date = new Date(start);
  const from = Math.ceil((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months) * months;
  const ticks: number[] = [];
  for (let month = from; ; month += months) {
    const time = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (time > end) return ticks;
    if (time >= start) ticks.push(time);
  }
}
