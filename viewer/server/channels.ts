/** The channels that the viewer shows: columns of `gtsm_etl`, and the strain that follows from them. */
import { CHANNELS } from '../../producer/bottle/channels';
import type { ChannelInfo, Session } from '../api';

/** Components of the strain in the plane, as `gtsm_strain` has them. */
export const STRAIN = ['areal', 'differential', 'shear'] as const;
export type StrainComponent = (typeof STRAIN)[number];

/** A column of a session's rows. */
export interface Column extends ChannelInfo {
  readonly session: Session;
  /** Number of the gauge from 0, for strain counts. */
  readonly gauge?: number;
  /** What a count is divided by to be in the unit. */
  readonly divisor: number;
}

/** Channels of the logger that have a unit, by their names in bottles (description of the format, §4). */
const WEATHER: Readonly<Record<string, Pick<Column, 'label' | 'kind' | 'units'>>> = {
  PressureKPa: { label: 'Pressure', kind: 'pressure', units: ['kPa'] },
  Rainfallmm: { label: 'Rain', kind: 'rain', units: ['mm'] },
  DownholeDegC: { label: 'Temperature downhole', kind: 'temperature', units: ['°C'] },
  LoggerDegC: { label: 'Temperature of the logger', kind: 'temperature', units: ['°C'] },
  PowerBoxDegC: { label: 'Temperature of the power box', kind: 'temperature', units: ['°C'] },
  BatteryVolts: { label: 'Battery', kind: 'voltage', units: ['V'] },
  SolarAmps: { label: 'Solar current', kind: 'current', units: ['A'] },
  SystemAmps: { label: 'System current', kind: 'current', units: ['A'] },
};

/** Values that are not counts are stored as ten-thousandths of their unit. */
const TEN_THOUSANDTHS = 10_000;

/** Columns of each session, in the order of the schema. */
export const COLUMNS: Readonly<Record<Session, readonly Column[]>> = {
  Day: columnsOf('Day'),
  Hour: columnsOf('Hour'),
  Min: columnsOf('Min'),
};

/** The strain components as channels. */
export const STRAIN_CHANNELS: readonly ChannelInfo[] = STRAIN.map((name) => ({
  name,
  label: { areal: 'Areal strain', differential: 'Differential shear', shear: 'Engineering shear' }[name],
  kind: 'strain',
  units: ['microstrain'],
}));

/** Columns of the gauges of a session, gauge 0 first. */
export function gaugesOf(session: Session): readonly Column[] {
  return COLUMNS[session].filter(({ gauge }) => gauge !== undefined);
}

function columnsOf(session: Session): Column[] {
  return CHANNELS.filter((channel) => channel.session === session).map(({ field, name }) => {
    const gauge = /^CH(\d)$/.exec(name)?.[1];
    if (gauge !== undefined) {
      return {
        ...{ name: field, session, label: `Gauge ${Number(gauge) + 1}`, kind: 'gauge' },
        ...{ units: ['counts', 'microstrain'], gauge: Number(gauge), divisor: 1 },
      };
    }
    const weather = WEATHER[name];
    if (weather) return { ...weather, name: field, session, divisor: TEN_THOUSANDTHS };
    const divisor = name.startsWith('RTSetting') ? 1 : TEN_THOUSANDTHS;
    return { name: field, session, label: name, kind: 'calibration', units: ['counts'], divisor };
  });
}
