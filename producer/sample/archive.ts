/**
 * The archives of a station in the form of loggers and of the public archive. They are made while they are
 * written.
 */
import { formatArchiveName, periodAt, type Period } from '../bottle/name';
import type { Session } from '../bottle/session';
import { dayBottles, hourBottles, minuteBottles, type Member } from './bottles';
import { tarBuffer, tarStream, tgzBuffer } from './pack';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An archive that can be written. */
export interface SampleArchive {
  /** File name, for example `B00921182Day.tgz`. */
  readonly name: string;
  readonly site: string;
  readonly session: Session;
  /** First instant of its period, milliseconds since 1970 UTC. */
  readonly start: number;
  /** How many times `content` calls `onStep`. */
  readonly steps: number;
  /** Its bytes, made on demand. `onStep` is called after each inner archive. */
  readonly content: (onStep: () => void) => AsyncIterable<Buffer>;
}

/**
 * What a logger sends: the Day archive, or one hour at 1 Hz or 20 Hz.
 *
 * @param start midnight for Day, else the start of the hour; milliseconds since 1970 UTC
 */
export function loggerArchive(site: string, session: Session, start: number): SampleArchive {
  const period = periodAt(start, session === 'Day' ? 'day' : 'hour');
  const archive = { name: archiveName(site, session, period), site, session, start };
  switch (session) {
    case 'Day':
      return { ...archive, steps: 1, content: (onStep) => single(dayBottles(site, start), start, onStep) };
    case 'Hour':
      return { ...archive, steps: 1, content: (onStep) => single(hourBottles(site, start), start, onStep) };
    case 'Min':
      return { ...archive, steps: 60, content: (onStep) => tarStream(minutesOf(site, start, onStep), start) };
  }
}

/**
 * What a logger packs each minute at 20 Hz.
 *
 * @param start of the minute, milliseconds since 1970 UTC
 */
export function minuteArchive(site: string, start: number): SampleArchive {
  const name = archiveName(site, 'Min', periodAt(start, 'minute'));
  const content = (onStep: () => void) => single(minuteBottles(site, start), start, onStep);
  return { name, site, session: 'Min', start, steps: 1, content };
}

/**
 * What the public archive keeps: one file for each day.
 *
 * @param day midnight, milliseconds since 1970 UTC
 * @param publicForm named as the public archive names it, `SSSS.YYYYDDD…`
 */
export function dayArchive(site: string, session: Session, day: number, publicForm = false): SampleArchive {
  const name = formatArchiveName({ site, session, period: periodAt(day, 'day'), publicForm });
  if (session === 'Day') return { ...loggerArchive(site, session, day), name };
  const members = session === 'Hour' ? hoursOf : minuteHoursOf;
  return {
    name,
    site,
    session,
    start: day,
    steps: session === 'Hour' ? 24 : 1_440,
    content: (onStep) => tarStream(members(site, day, onStep), day),
  };
}

/** The 24 hour archives at 1 Hz. */
async function* hoursOf(site: string, day: number, onStep: () => void): AsyncGenerator<Member> {
  for (let hour = day; hour < day + DAY; hour += HOUR) {
    yield {
      name: archiveName(site, 'Hour', periodAt(hour, 'hour')),
      data: await tgzBuffer(hourBottles(site, hour), hour),
    };
    onStep();
  }
}

/** The 24 hour archives at 20 Hz. */
async function* minuteHoursOf(site: string, day: number, onStep: () => void): AsyncGenerator<Member> {
  for (let hour = day; hour < day + DAY; hour += HOUR) {
    const data = await tarBuffer(minutesOf(site, hour, onStep), hour);
    yield { name: archiveName(site, 'Min', periodAt(hour, 'hour')), data };
  }
}

/** The 60 minute archives of an hour at 20 Hz. */
async function* minutesOf(site: string, hour: number, onStep: () => void): AsyncGenerator<Member> {
  for (let minute = hour; minute < hour + HOUR; minute += MINUTE) {
    const data = await tgzBuffer(minuteBottles(site, minute), minute);
    yield { name: archiveName(site, 'Min', periodAt(minute, 'minute')), data };
    onStep();
  }
}

function archiveName(site: string, session: Session, period: Period): string {
  return formatArchiveName({ site, session, period });
}

/** A gzipped tar of bottles. */
async function* single(bottles: Member[], mtime: number, onStep: () => void): AsyncGenerator<Buffer> {
  yield await tgzBuffer(bottles, mtime);
  onStep();
}
