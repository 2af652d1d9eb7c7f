/** The intact archives that cases start from. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { formatArchiveName, formatBottleName, periodAt } from '../../producer/bottle/name';
import { encodeBottle } from '../../producer/bottle/write';
import type { Session } from '../../producer/bottle/session';
import { dayBottles, hourBottles, minuteBottles } from '../../producer/sample/bottles';
import { GAUGE_INTERVALS, gaugeCounts, GAUGES, REFERENCE_INSTANT } from '../../producer/sample/gauge';
import { BLOCK, padded, type Gzip, type Input, type Member, type Node, type Tar } from './tree';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = REFERENCE_INSTANT;

/** Names beyond the 100 characters of a tar header. */
const LONG_FOLDER = 'archive-of-borehole-strainmeters/'.repeat(5);

const leaf = (bytes: Buffer): Node => ({ kind: 'leaf', bytes });
const tar = (members: readonly Member[]): Tar => ({ kind: 'tar', members });
const gzip = (inner: Node): Gzip => ({ kind: 'gzip', inner });
const bottles = (members: readonly { readonly name: string; readonly data: Buffer }[]): Member[] =>
  members.map(({ name, data }) => ({ name, node: leaf(data) }));

/** Bottles of a station's four gauges with the first samples of a period: reading them takes little time. */
function short(session: Session, start: number, count: number, site = 'B009'): Member[] {
  const period = periodAt(start, ({ Day: 'day', Hour: 'hour', Min: 'minute' } as const)[session]);
  return GAUGES.map((gauge) => {
    const samples = gaugeCounts(site, gauge, session, start, count);
    const bytes = encodeBottle({ start, interval: GAUGE_INTERVALS[session], type: 'INT4', samples });
    return { name: formatBottleName({ site, session, channel: `CH${gauge}`, period }), node: leaf(bytes) };
  });
}

function archive(session: Session, start: number, length: 'day' | 'hour' | 'minute', node: Node): Member {
  return { name: formatArchiveName({ site: 'B009', session, period: periodAt(start, length) }), node };
}

const hourTgz = (start: number): Member =>
  archive('Hour', start, 'hour', gzip(tar(short('Hour', start, 12))));
const minuteTgz = (start: number): Member =>
  archive('Min', start, 'minute', gzip(tar(short('Min', start, 20))));
const minutesTar = (start: number, count: number): Member =>
  archive('Min', start, 'hour', tar(Array.from({ length: count }, (_, i) => minuteTgz(start + i * MINUTE))));

/** Small archives in all forms, of the sample writer's bottles. */
export function sampleInputs(): Input[] {
  const day = bottles(dayBottles('B009', START));
  const oneOfEach = day.filter(({ name }) => /CH0$|KPa|CalStepCH1G0/.test(name));
  const [first, ...others] = short('Hour', START, 12);
  const bigEndian = encodeBottle({
    start: START,
    interval: 1000,
    type: 'INT2',
    byteOrder: 'BE',
    samples: [1, null, -3],
  });
  return [
    archive('Day', START, 'day', gzip(tar(oneOfEach))),
    hourTgz(START),
    archive('Hour', START, 'day', tar([hourTgz(START), hourTgz(START + HOUR), hourTgz(START + 2 * HOUR)])),
    minutesTar(START, 3),
    archive('Min', START, 'day', tar([minutesTar(START, 2), minutesTar(START + HOUR, 2)])),
    {
      name: 'bottles.tar',
      node: tar([...short('Hour', START, 12), ...short('Min', START, 20), ...oneOfEach]),
    },
    { name: 'hours.tar.gz', node: gzip(tar([hourTgz(START), hourTgz(START + HOUR)])) },
    {
      name: 'mixed.tar',
      node: tar([
        { ...first!, name: `${first!.name}.gz`, node: gzip(first!.node) },
        { ...others[0]!, name: `B009/${others[0]!.name}` },
        { ...others[1]!, name: `${LONG_FOLDER}${others[1]!.name}` },
        { ...others[2]!, node: leaf(bigEndian) },
        hourTgz(START + HOUR),
        { name: 'B010.tar', node: tar(short('Min', START, 8, 'B010')) },
      ]),
    },
  ];
}

/** Archives of full size; reading one takes as long as reading ten small ones. */
export function fullInputs(): Input[] {
  return [
    archive('Day', START, 'day', gzip(tar(bottles(dayBottles('B009', START))))),
    archive('Hour', START, 'hour', gzip(tar(bottles(hourBottles('B009', START))))),
    archive(
      'Min',
      START,
      'hour',
      tar([
        archive('Min', START, 'minute', gzip(tar(bottles(minuteBottles('B009', START))))),
        archive('Min', START + MINUTE, 'minute', gzip(tar(bottles(minuteBottles('B009', START + MINUTE))))),
      ]),
    ),
  ];
}

/** The archives of a folder, if it is there, taken apart. */
export function recordedInputs(folder: string): Input[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /\.(tar|tgz)$/.test(name));
  return names.sort().map((name) => ({ name, node: takeApart(readFileSync(path.join(folder, name))) }));
}

function takeApart(bytes: Buffer): Node {
  if (bytes.readUInt16BE(0) === 0x1f8b) return gzip(takeApart(gunzipSync(bytes)));
  if (bytes.toString('latin1', 257, 262) !== 'ustar') return leaf(bytes);
  const members: Member[] = [];
  for (let at = 0; bytes[at] !== 0 && at < bytes.length;) {
    const name = bytes.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    const size = parseInt(bytes.toString('latin1', at + 124, at + 135), 8);
    const data = bytes.subarray(at + BLOCK, at + BLOCK + size);
    // Folders have no bytes, and are none of the bottles.
    if (bytes.toString('latin1', at + 156, at + 157) !== '5') members.push({ name, node: takeApart(data) });
    at += BLOCK + padded(size);
  }
  return tar(members);
}
