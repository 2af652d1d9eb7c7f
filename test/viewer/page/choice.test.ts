import type { ChannelInfo, Station } from '../../../viewer/api';
import { choiceOf } from '../../../viewer/page/choice';

const channel = (name: string, kind: ChannelInfo['kind'], units = ['counts']): ChannelInfo => ({
  name,
  label: name,
  kind,
  units,
});

const session = (name: 'Day' | 'Hour' | 'Min', channels: ChannelInfo[]) => ({
  session: name,
  intervalMs: 1000,
  firstTime: 0,
  lastTime: 1000,
  rows: 2,
  channels,
});

const STATION: Station = {
  site: 'B009',
  state: 'live',
  lastTime: 1000,
  lastArrival: 1000,
  rowsPerMinute: 60,
  sessions: [
    session('Day', [channel('rdo_ts', 'pressure'), channel('re1_t0', 'voltage')]),
    session('Hour', [channel('areal', 'strain'), channel('ls1_t0', 'gauge', ['counts', 'microstrain'])]),
  ],
  gapsLastDay: 0,
  missingLastDay: 0,
  damagedLastDay: 0,
  spark: { channel: '', time: [], mean: [] },
};

const chosen = (state: Parameters<typeof choiceOf>[1]): string => {
  const choice = choiceOf(STATION, state)!;
  return `${choice.session.session}: ${choice.channels.map(({ name }) => name).join(', ')}`;
};

test('without a choice, the gauges of the fastest session are shown', () => {
  expect(chosen({ channels: [] })).toBe('Hour: ls1_t0');
});

test('channels are in the order of the list, whatever the order of the choice', () => {
  expect(chosen({ channels: ['areal', 'ls1_t0'] })).toBe('Hour: ls1_t0, areal');
});

test('what the station does not have is replaced by what it has', () => {
  expect(chosen({ session: 'Min', channels: ['bs1_t0'] })).toBe('Hour: ls1_t0');
  expect(chosen({ session: 'Day', channels: ['ls1_t0'] })).toBe('Day: rdo_ts, re1_t0');
});

test('microstrain can be chosen only where a gauge has it', () => {
  expect(choiceOf(STATION, { session: 'Hour', channels: [] })!.hasMicrostrain).toBe(true);
  expect(choiceOf(STATION, { session: 'Day', channels: [] })!.hasMicrostrain).toBe(false);
});

test('a station without rows has no choice', () => {
  expect(choiceOf({ ...STATION, sessions: [] }, { channels: [] })).toBeUndefined();
});
