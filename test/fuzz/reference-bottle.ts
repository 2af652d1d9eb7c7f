/** The format's description of a bottle, read literally: one field and one sample after the other. */
import { fieldOf } from '../../producer/bottle/channels';

const NAME =
  /^(?<site>[A-Za-z0-9]{4})(?<yy>\d\d)(?<ddd>\d{3})(?:(?<hh>\d\d)(?<mm>\d\d)?(?<min>CH\d+)_20|(?<h>\d\d)(?<hour>CH\d+)|(?<day>[A-Za-z][A-Za-z0-9]*))$/;

const WIDTHS = [2, 4, 4];
const INT_LIMIT = 2 ** 31;

/** What a bottle gives: its field, its times and its samples as text that two readers can compare. */
export function keyOf(
  site: string,
  field: string,
  start: number,
  interval: number,
  values: Int32Array,
  absent: Uint8Array | undefined,
): string {
  const samples = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('latin1');
  const missing = absent
    ? Buffer.from(absent.buffer, absent.byteOffset, absent.length).toString('latin1')
    : '';
  return `${site} ${field} ${start} ${interval} ${samples} ${missing}`;
}

/** Decodes a bottle. Without a key it is no bottle that can be read; flawed ones may have lost samples. */
export function decode(name: string, bytes: Buffer): { readonly key?: string; readonly isFlawed: boolean } {
  const flawed = { isFlawed: true };
  const parts = NAME.exec(name)?.groups;
  if (!parts || bytes.length < 40) return flawed;
  const session = parts.min ? 'Min' : parts.hour ? 'Hour' : 'Day';
  const field = fieldOf(session, parts.min ?? parts.hour ?? parts.day ?? '');
  const period = periodOf(parts);
  if (field === undefined || period === undefined) return flawed;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = view.getInt16(0, true) === 0x015d;
  if (!little && view.getInt16(0, false) !== 0x015d) return flawed;
  if (view.getInt32(4, little) !== 40) return flawed;
  const start = Math.round(view.getFloat64(8, little) * 1000);
  const interval = Math.round(view.getFloat32(16, little) * 1000);
  const points = view.getInt32(20, little);
  const type = view.getInt32(24, little);
  const fill = view.getInt32(28, little);
  const width = WIDTHS[type];
  if (width === undefined || points < 0 || bytes.length !== 40 + points * width) return flawed;
  if (!(interval >= 1) || !(start >= period.start)) return flawed;
  if (!(start < period.end && start + Math.max(0, points - 1) * interval < period.end)) return flawed;
  // Without two samples, the interval says nothing, but it has to be one.
  if (interval >= Date.UTC(2100, 0, 1)) return flawed;

  const values = new Int32Array(points);
  const absent = new Uint8Array(points);
  let isFlawed = false;
  for (let i = 0; i < points; i++) {
    const at = 40 + i * width;
    const sample =
      type === 0
        ? view.getInt16(at, little)
        : type === 1
          ? view.getInt32(at, little)
          : view.getFloat32(at, little);
    const value = type === 2 ? Math.round(sample * 10_000) : sample;
    const fits = value >= -INT_LIMIT && value < INT_LIMIT;
    if (sample === fill || !fits) absent[i] = 1;
    else values[i] = value;
    if (sample !== fill && !fits) isFlawed = true;
  }
  const key = keyOf(parts.site!, field, start, interval, values, absent.includes(1) ? absent : undefined);
  return { key, isFlawed };
}

/** Whether a name is one of a bottle, of any channel, and of a time that there is. */
export function isBottleName(name: string): boolean {
  const parts = NAME.exec(name)?.groups;
  return parts !== undefined && periodOf(parts) !== undefined;
}

/** Undefined when the name's digits say no time that there is. */
function periodOf(
  parts: Record<string, string | undefined>,
): { readonly start: number; readonly end: number } | undefined {
  const year = 2000 + Number(parts.yy);
  const day = Number(parts.ddd);
  const hour = Number(parts.hh ?? parts.h ?? 0);
  const minute = Number(parts.mm ?? 0);
  const start = Date.UTC(year, 0, day, hour, minute);
  const isDay = day >= 1 && new Date(Date.UTC(year, 0, day)).getUTCFullYear() === year;
  if (!isDay || hour > 23 || minute > 59) return undefined;
  const length = parts.mm ? 60_000 : (parts.hh ?? parts.h) ? 3_600_000 : 86_400_000;
  return { start, end: start + length };
}
