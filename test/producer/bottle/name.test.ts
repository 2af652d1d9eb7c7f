import * as fc from 'fast-check';

import {
  formatArchiveName,
  formatBottleName,
  parseArchiveName,
  parseBottleName,
  periodAt,
  periodEnd,
  periodStart,
} from '../../../producer/bottle/name';
import { SESSIONS } from '../../../producer/bottle/session';
import { channelsOf } from '../../../producer/bottle/channels';

test.each([
  ['B20319115CH0', 'Day', 'CH0', { year: 2019, dayOfYear: 115 }],
  ['B20319115PressureKPa', 'Day', 'PressureKPa', { year: 2019, dayOfYear: 115 }],
  ['B20319115CalStepCH3G0', 'Day', 'CalStepCH3G0', { year: 2019, dayOfYear: 115 }],
  ['B0241923600CH0', 'Hour', 'CH0', { year: 2019, dayOfYear: 236, hour: 0 }],
  ['B202190170007CH3_20', 'Min', 'CH3', { year: 2019, dayOfYear: 17, hour: 0, minute: 7 }],
  ['B2021901723CH1_20', 'Min', 'CH1', { year: 2019, dayOfYear: 17, hour: 23 }],
  ['abcd20366CH0', 'Day', 'CH0', { year: 2020, dayOfYear: 366 }],
])('the bottle %s', (name, session, channel, period) => {
  const parsed = parseBottleName(name);
  expect(parsed).toEqual({ site: name.slice(0, 4), session, channel, period });
  expect(formatBottleName(parsed!)).toBe(name);
});

test.each([
  'README.txt',
  'B203',
  'B20319115',
  'B20319000CH0', // no day 0
  'B20319366CH0', // 2019 has 365 days
  'B0241923624CH0', // no hour 24
  'B202190170060CH0_20', // no minute 60
  'B202190170000CH0_1',
  'B.0319115CH0',
  'B20319115Day.tgz',
  'xB20319115CH0',
])('%s is no bottle', (name) => {
  expect(parseBottleName(name)).toBeUndefined();
});

test.each([
  ['B20319115Day.tgz', 'Day', { year: 2019, dayOfYear: 115 }],
  ['B0241923600.tgz', 'Hour', { year: 2019, dayOfYear: 236, hour: 0 }],
  ['B02419236_01.tar', 'Hour', { year: 2019, dayOfYear: 236 }],
  ['B202190170000_20.tgz', 'Min', { year: 2019, dayOfYear: 17, hour: 0, minute: 0 }],
  ['B2021901700_20.tar', 'Min', { year: 2019, dayOfYear: 17, hour: 0 }],
  ['B20219017_20.tar', 'Min', { year: 2019, dayOfYear: 17 }],
  ['B001.2022001Day.tgz', 'Day', { year: 2022, dayOfYear: 1 }],
  ['B001.2022001_01.tar', 'Hour', { year: 2022, dayOfYear: 1 }],
  ['B018.2016366_20.tar', 'Min', { year: 2016, dayOfYear: 366 }],
])('the archive %s', (name, session, period) => {
  const parsed = parseArchiveName(name);
  expect(parsed).toEqual({ site: name.slice(0, 4), session, period, publicForm: name.includes('.20') });
  expect(formatArchiveName(parsed!)).toBe(name);
});

test.each(['B20319115.tar', 'B001.2022366_20.tar', 'B0241923600CH0', 'B001.22001Day.tgz'])(
  '%s is no archive',
  (name) => {
    expect(parseArchiveName(name)).toBeUndefined();
  },
);

test('a name is not written where session, channel and period do not go together', () => {
  const period = { year: 2021, dayOfYear: 182 };
  expect(() => formatBottleName({ site: 'B009', session: 'Hour', channel: 'PressureKPa', period })).toThrow(
    'PressureKPa is not a channel of session Hour',
  );
  expect(() => formatBottleName({ site: 'B009', session: 'Hour', channel: 'CH0', period })).toThrow(
    'no Hour bottle can be named B00921182CH0',
  );
  expect(() =>
    formatArchiveName({ site: 'B009', session: 'Hour', period: { ...period, hour: 1 }, publicForm: true }),
  ).toThrow('no Hour archive can be named B009.202118201.tgz');
});

test('a period begins and ends where the instant that it was made of says', () => {
  const seed = 20210701;
  const anyInstant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) - 1 });
  const check = fc.property(anyInstant, fc.constantFrom('day', 'hour', 'minute'), (instant, length) => {
    const size = { day: 86_400_000, hour: 3_600_000, minute: 60_000 }[length];
    const start = instant - (instant % size);
    const period = periodAt(instant, length);
    expect([periodStart(period), periodEnd(period)]).toEqual([start, start + size]);
  });
  fc.assert(check, { seed });
});

test('every channel has a name that reads back', () => {
  for (const session of SESSIONS) {
    const period = periodAt(Date.UTC(2021, 6, 1, 5, 6), session === 'Day' ? 'day' : 'hour');
    for (const channel of channelsOf(session)) {
      const name = { site: 'B009', session, channel, period };
      expect(parseBottleName(formatBottleName(name))).toEqual(name);
    }
  }
});
