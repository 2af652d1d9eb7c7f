/**
 * Names of bottles and archives, read and written. `SSSS` is the site, `YY` or `YYYY` the year, `DDD` the day
 * of the year, `HH` the hour, `MM` the minute:
 *
 *     bottles                session     archives               content
 *     SSSSYYDDD<channel>     Day         SSSSYYDDDDay.tgz       the bottles of a day
 *     SSSSYYDDDHHCHn         Hour        SSSSYYDDDHH.tgz        the bottles of an hour
 *                                        SSSSYYDDD_01.tar       the archives of a day
 *     SSSSYYDDDHHMMCHn_20    Min         SSSSYYDDDHHMM_20.tgz   the bottles of a minute
 *     SSSSYYDDDHHCHn_20      Min, 60     SSSSYYDDDHH_20.tar     the archives of an hour
 *                            in one      SSSSYYDDD_20.tar       the archives of a day
 *
 * The public archive names a whole day `SSSS.YYYYDDD…`, for example `SSSS.YYYYDDDDay.tgz`.
 */
import { fieldOf } from './channels';
import type { Session } from './session';

/** A day, an hour of it (`hour` given), or a minute of that (`minute` given too), UTC. */
export interface Period {
  /** Four digits. */
  readonly year: number;
  /** 1 to 366. */
  readonly dayOfYear: number;
  readonly hour?: number;
  readonly minute?: number;
}

/** Contents of a bottle's name. Its samples have the times of the header, which lie within the period. */
export interface BottleName {
  readonly site: string;
  readonly session: Session;
  /** As written in the name, for example `CH0` or `PressureKPa`. */
  readonly channel: string;
  readonly period: Period;
}

/** Contents of an archive's name. Session and period determine its form. */
export interface ArchiveName {
  readonly site: string;
  readonly session: Session;
  readonly period: Period;
  /** Written as the public archive does, `SSSS.YYYYDDD…`. @default false */
  readonly publicForm?: boolean;
}

const SITE = '(?<site>[A-Za-z0-9]{4})';
const DAY = `${SITE}(?<yy>\\d\\d)(?<ddd>\\d{3})`;
const PUBLIC_DAY = `${SITE}\\.(?<yyyy>\\d{4})(?<ddd>\\d{3})`;

const BOTTLE_FORMS: readonly (readonly [Session, RegExp])[] = [
  ['Min', new RegExp(`^${DAY}(?<hh>\\d\\d)(?<mm>\\d\\d)?(?<channel>CH\\d+)_20$`)],
  ['Hour', new RegExp(`^${DAY}(?<hh>\\d\\d)(?<channel>CH\\d+)$`)],
  ['Day', new RegExp(`^${DAY}(?<channel>[A-Za-z][A-Za-z0-9]*)$`)],
];

const ARCHIVE_FORMS: readonly (readonly [Session, RegExp])[] = [
  ['Day', new RegExp(`^(?:${DAY})Day\\.tgz$`)],
  ['Hour', new RegExp(`^${DAY}(?<hh>\\d\\d)\\.tgz$`)],
  ['Hour', new RegExp(`^${DAY}_01\\.tar$`)],
  ['Min', new RegExp(`^${DAY}(?<hh>\\d\\d)(?<mm>\\d\\d)_20\\.tgz$`)],
  ['Min', new RegExp(`^${DAY}(?<hh>\\d\\d)?_20\\.tar$`)],
  ['Day', new RegExp(`^${PUBLIC_DAY}Day\\.tgz$`)],
  ['Hour', new RegExp(`^${PUBLIC_DAY}_01\\.tar$`)],
  ['Min', new RegExp(`^${PUBLIC_DAY}_20\\.tar$`)],
];

/**
 * Reads a bottle's name (the last part of its path). Undefined when it does not have the form of a bottle's
 * name. A channel that rows do not have is still read; `fieldOf` checks it.
 */
export function parseBottleName(name: string): BottleName | undefined {
  for (const [session, form] of BOTTLE_FORMS) {
    const parts = form.exec(name)?.groups;
    const period = parts && periodFrom(parts);
    if (period) return { site: parts.site!, session, channel: parts.channel!, period };
  }
  return undefined;
}

/**
 * Reads an archive's name (the last part of its path). Undefined when it does not have the form of an
 * archive's name.
 */
export function parseArchiveName(name: string): ArchiveName | undefined {
  for (const [session, form] of ARCHIVE_FORMS) {
    const parts = form.exec(name)?.groups;
    const period = parts && periodFrom(parts);
    if (period) return { site: parts.site!, session, period, publicForm: parts.yyyy !== undefined };
  }
  return undefined;
}

/**
 * Writes a bottle's name. Throws when the session does not match the period or has no such channel.
 */
export function formatBottleName(name: BottleName): string {
  const { session, channel, period } = name;
  if (fieldOf(session, channel) === undefined)
    throw new Error(`${channel} is not a channel of session ${session}`);
  const text = `${name.site}${day(period)}${hour(period)}${minute(period)}${channel}${session === 'Min' ? '_20' : ''}`;
  if (parseBottleName(text)?.session !== session)
    throw new Error(`no ${session} bottle can be named ${text}`);
  return text;
}

/** Writes an archive's name. Throws when there is no such form, for example a public one of a single hour. */
export function formatArchiveName(name: ArchiveName): string {
  const { session, period } = name;
  const start = name.publicForm
    ? `${name.site}.${period.year}${pad(period.dayOfYear, 3)}`
    : `${name.site}${day(period)}`;
  const text = `${start}${hour(period)}${minute(period)}${archiveEnding(session, period)}`;
  if (parseArchiveName(text)?.session !== session)
    throw new Error(`no ${session} archive can be named ${text}`);
  return text;
}

/** First instant of a period, milliseconds since 1970-01-01 UTC. */
export function periodStart(period: Period): number {
  return Date.UTC(period.year, 0, period.dayOfYear, period.hour ?? 0, period.minute ?? 0);
}

/** First instant after a period, milliseconds since 1970-01-01 UTC. */
export function periodEnd({ hour, minute, ...day }: Period): number {
  if (hour === undefined) return periodStart({ ...day, dayOfYear: day.dayOfYear + 1 });
  if (minute === undefined) return periodStart({ ...day, hour: hour + 1 });
  return periodStart({ ...day, hour, minute: minute + 1 });
}

/** The day that holds an instant (milliseconds since 1970-01-01 UTC), or its hour, or its minute. */
export function periodAt(instant: number, length: 'day' | 'hour' | 'minute'): Period {
  const date = new Date(instant);
  const year = date.getUTCFullYear();
  const dayOfYear = Math.floor((instant - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  if (length === 'day') return { year, dayOfYear };
  const hour = date.getUTCHours();
  return length === 'hour'
    ? { year, dayOfYear, hour }
    : { year, dayOfYear, hour, minute: date.getUTCMinutes() };
}

/** Undefined when the digits name no day of that year, no hour or no minute. */
function periodFrom(parts: Record<string, string | undefined>): Period | undefined {
  const year = parts.yyyy === undefined ? 2000 + Number(parts.yy) : Number(parts.yyyy);
  const dayOfYear = Number(parts.ddd);
  const hour = parts.hh === undefined ? undefined : Number(parts.hh);
  const minute = parts.mm === undefined ? undefined : Number(parts.mm);
  const days = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / 86_400_000;
  if (dayOfYear < 1 || dayOfYear > days || (hour ?? 0) > 23 || (minute ?? 0) > 59) return undefined;
  return { year, dayOfYear, ...(hour !== undefined && { hour }), ...(minute !== undefined && { minute }) };
}

function archiveEnding(session: Session, period: Period): string {
  if (session === 'Day') return 'Day.tgz';
  if (session === 'Hour') return period.hour === undefined ? '_01.tar' : '.tgz';
  return period.minute === undefined ? '_20.tar' : '_20.tgz';
}

const day = (period: Period): string => pad(period.year % 100, 2) + pad(period.dayOfYear, 3);
const hour = (period: Period): string => (period.hour === undefined ? '' : pad(period.hour, 2));
const minute = (period: Period): string => (period.minute === undefined ? '' : pad(period.minute, 2));
const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
