/** The readings of a station's slow sensors: pressure, rain, temperatures, voltages, currents. */
import { cosine, noise, seedOf, sine, uniform } from './arithmetic';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HALF_HOUR = HOUR / 2;

/** Local noon is at 20:00 UTC, as in the west of North America, where the instruments are. */
const NOON = 20 * HOUR;
const DAY = 24 * HOUR;

/** Passing weather: periods in hours, amplitudes in kPa. */
const FRONTS = [
  { period: 73.1, amplitude: 0.35 },
  { period: 131.7, amplitude: 0.5 },
  { period: 311.3, amplitude: 0.42 },
] as const;

/** Barometric pressure: the station's mean, the atmosphere's two tides, and weather. kPa. */
export function pressureKPa(site: string, time: number): number {
  const seed = seedOf(site, 'pressure');
  let pressure = 92 + 9 * uniform(seed, 0);
  pressure += 0.05 * cosine((time - NOON + 2 * HOUR) / (DAY / 2)) + 0.03 * cosine((time - NOON) / DAY);
  for (const [i, { period, amplitude }] of FRONTS.entries()) {
    pressure += amplitude * sine(time / (period * HOUR) + uniform(seed, i + 1));
  }
  return pressure;
}

/** Height of the sun: 0 at night, 1 at noon. */
function sun(time: number): number {
  return Math.max(0, cosine((time - NOON) / DAY));
}

/** Rain of the half hour before, in the gauge's tips of 0.2 mm; a quarter of the six-hour spells are wet. */
function rainfall(site: string, time: number): number {
  const wet = uniform(seedOf(site, 'spell'), Math.floor(time / (6 * HOUR))) < 0.25;
  return wet ? 0.2 * Math.floor(6 * uniform(seedOf(site, 'rain'), time / HALF_HOUR)) : 0;
}

/** Day channels of the slow sensors: name, channel class (the header's id), value at an instant. */
export const SLOW_SENSORS: readonly {
  readonly channel: string;
  readonly id: number;
  readonly value: (site: string, time: number) => number;
}[] = [
  {
    channel: 'BatteryVolts',
    id: 4,
    value: varying('BatteryVolts', 0.012, (_, time) => 12.9 + 0.7 * sun(time)),
  },
  { channel: 'DownholeDegC', id: 6, value: varying('DownholeDegC', 0.0008, () => 9.871) },
  {
    channel: 'LoggerDegC',
    id: 6,
    value: varying('LoggerDegC', 0.06, (_, time) => 15.5 + 7 * sun(time - 2 * HOUR)),
  },
  {
    channel: 'PowerBoxDegC',
    id: 6,
    value: varying('PowerBoxDegC', 0.07, (_, time) => 14.2 + 9 * sun(time - 3 * HOUR)),
  },
  { channel: 'PressureKPa', id: 7, value: varying('PressureKPa', 0.002, pressureKPa) },
  { channel: 'Rainfallmm', id: 8, value: rainfall },
  { channel: 'SolarAmps', id: 5, value: varying('SolarAmps', 0.004, (_, time) => 0.02 + 1.9 * sun(time)) },
  { channel: 'SystemAmps', id: 5, value: varying('SystemAmps', 0.006, () => 0.472) },
];

/** Adds noise of a standard deviation to a sensor. */
function varying(
  channel: string,
  deviation: number,
  value: (site: string, time: number) => number,
): (site: string, time: number) => number {
  return (site, time) => value(site, time) + deviation * noise(seedOf(site, channel), time / HALF_HOUR);
}
