/** The bottles that a logger writes for one period, with the simulated signal. */
import { formatBottleName, periodAt } from '../bottle/name';
import type { Session } from '../bottle/session';
import { encodeBottle } from '../bottle/write';
import { noise, seedOf } from './arithmetic';
import { GAUGE_INTERVALS, GAUGES, gaugeCounts, type Gauge } from './gauge';
import { SLOW_SENSORS } from './weather';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HALF_HOUR = HOUR / 2;

/** A file in an archive. */
export interface Member {
  readonly name: string;
  readonly data: Buffer;
}

/** What one bottle of a session spans. */
const PERIOD_LENGTHS = { Day: 'day', Hour: 'hour', Min: 'minute' } as const;

/** Gains at which a gauge is calibrated. */
const GAINS = [0, 1, 2, 3] as const;

/** Calibration values: channel, channel class, value at gain 0, increment per gain, noise. */
const CALIBRATIONS = [
  { channel: 'CalOffset', id: 3, value: 1.2497, perGain: 0.0002, deviation: 0.0001 },
  { channel: 'CalStep', id: 2, value: 0.3985, perGain: 0.0021, deviation: 0.0006 },
] as const;

/** All bottles of a Day archive. `day` is midnight, milliseconds since 1970 UTC, as all instants here. */
export function dayBottles(site: string, day: number): Member[] {
  return [
    ...strainBottles(site, 'Day', day, 144),
    ...SLOW_SENSORS.map(({ channel, id, value }) => {
      const samples = instants(day, HALF_HOUR, 48).map((time) => value(site, time));
      const bottle = { start: day, interval: HALF_HOUR, type: 'FLOAT4', samples, id } as const;
      return { name: nameOf(site, 'Day', day, channel), data: encodeBottle(bottle) };
    }),
    ...GAUGES.flatMap((gauge) => calibrationBottles(site, day, gauge)),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The four bottles of an hour at 1 Hz. */
export function hourBottles(site: string, hour: number): Member[] {
  return strainBottles(site, 'Hour', hour, 3_600);
}

/** The four bottles of a minute at 20 Hz. */
export function minuteBottles(site: string, minute: number): Member[] {
  return strainBottles(site, 'Min', minute, 1_200);
}

function strainBottles(site: string, session: Session, start: number, count: number): Member[] {
  return GAUGES.map((gauge) => ({
    name: nameOf(site, session, start, `CH${gauge}`),
    data: encodeBottle({
      start,
      interval: GAUGE_INTERVALS[session],
      type: 'INT4',
      samples: gaugeCounts(site, gauge, session, start, count),
    }),
  }));
}

/** The hourly calibrations of a gauge, at half past: its bridge setting, and offset and step at each gain. */
function calibrationBottles(site: string, day: number, gauge: Gauge): Member[] {
  const start = day + HALF_HOUR;
  const times = instants(start, HOUR, 24);
  const member = (
    channel: string,
    type: 'INT4' | 'FLOAT4',
    id: number,
    samples: (number | null)[],
  ): Member => ({
    name: nameOf(site, 'Day', day, channel),
    data: encodeBottle({ start, interval: HOUR, type, samples, id }),
  });
  const settings = times.map((time) => {
    const [count] = gaugeCounts(site, gauge, 'Day', time, 1);
    return typeof count === 'number' ? Math.round(count / 1_000) * 1_000 : null;
  });
  return [
    member(`RTSettingCH${gauge}`, 'INT4', 0, settings),
    ...CALIBRATIONS.flatMap(({ channel, id, value, perGain, deviation }) =>
      GAINS.map((gain) => {
        const seed = seedOf(site, channel, gauge, gain);
        const samples = times.map(
          (time) => value + perGain * gain + deviation * noise(seed, time / HALF_HOUR),
        );
        return member(`${channel}CH${gauge}G${gain}`, 'FLOAT4', id, samples);
      }),
    ),
  ];
}

function nameOf(site: string, session: Session, start: number, channel: string): string {
  return formatBottleName({ site, session, channel, period: periodAt(start, PERIOD_LENGTHS[session]) });
}

function instants(start: number, interval: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i * interval);
}
