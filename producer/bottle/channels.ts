/**
 * The field of the row that each channel of a session fills. The Avro schema has the same fields in the same
 * order; a test compares the two.
 */
import type { Session } from './session';

/** A field and the channel that fills it. */
export interface Channel {
  /** Field of the row, for example `rs1_t0`. */
  readonly field: string;
  readonly session: Session;
  /** As in a bottle's name, for example `CH0`. */
  readonly name: string;
}

const GAUGES = [0, 1, 2, 3];
/** Calibration fields begin with rca, rcb, rcc, rcd for the gauges 0 to 3. */
const CALIBRATION = ['rca', 'rcb', 'rcc', 'rcd'];

const strain = (session: Session, prefix: string): Channel[] =>
  GAUGES.map((gauge) => ({ field: `${prefix}${gauge + 1}_t0`, session, name: `CH${gauge}` }));

const day = (name: string, field: string): Channel => ({ field, session: 'Day', name });

/**
 * `CalOffsetCH0G1`, … of each gauge in turn, into `rca_t1`, …: gain g into the field number `first` + g -
 * `gains[0]`.
 */
const calibration = (kind: string, gains: readonly number[], first: number): Channel[] =>
  GAUGES.flatMap((gauge) =>
    gains.map((gain, index) => day(`${kind}CH${gauge}G${gain}`, `${CALIBRATION[gauge]}_t${first + index}`)),
  );

/** Every channel, in the schema's order of fields. */
export const CHANNELS: readonly Channel[] = [
  ...strain('Day', 'rs'),
  ...strain('Hour', 'ls'),
  ...strain('Min', 'bs'),
  day('BatteryVolts', 're1_t0'),
  day('DownholeDegC', 'rkd_t0'),
  day('LoggerDegC', 'rk1_t0'),
  day('PowerBoxDegC', 'rk2_t0'),
  day('PressureKPa', 'rdo_ts'),
  day('Rainfallmm', 'rro_ts'),
  day('SolarAmps', 'reo_t0'),
  day('SystemAmps', 're2_t0'),
  ...GAUGES.map((gauge) => day(`RTSettingCH${gauge}`, `${CALIBRATION[gauge]}_t0`)),
  ...calibration('CalOffset', [1, 2, 3], 1),
  ...calibration('CalStep', [1, 2, 3], 4),
  ...calibration('CalOffset', [0], 7),
  ...calibration('CalStep', [0], 8),
];

const BY_NAME = new Map(CHANNELS.map((channel) => [`${channel.session} ${channel.name}`, channel.field]));
const ORDER = new Map(CHANNELS.map((channel, index) => [channel.field, index]));

/** The field that a session's channel fills; undefined when the session has no such channel. */
export function fieldOf(session: Session, channel: string): string | undefined {
  return BY_NAME.get(`${session} ${channel}`);
}

/** Index of a field among the value fields of the schema, from 0. Throws when there is no such field. */
export function fieldIndex(field: string): number {
  const index = ORDER.get(field);
  if (index === undefined) throw new Error(`${field} is not a value field of a row`);
  return index;
}

/** Names of a session's channels, in the schema's order. */
export function channelsOf(session: Session): string[] {
  return CHANNELS.filter((channel) => channel.session === session).map((channel) => channel.name);
}
