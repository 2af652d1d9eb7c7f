import type { ChannelInfo, SessionSummary, Station } from '../api';
import { following, type Span } from './span';
import { SESSIONS, type ViewState } from './url-state';

/** What a state chooses of a station. */
export interface Choice {
  readonly session: SessionSummary;
  /** In the order of the station's list. */
  readonly channels: readonly ChannelInfo[];
  /** Whether a unit other than the default can be asked for. */
  readonly hasMicrostrain: boolean;
}

/** The order in which the kinds of channels are listed. */
export const KINDS: readonly ChannelInfo['kind'][] = [
  'gauge',
  'strain',
  'pressure',
  'rain',
  'temperature',
  'voltage',
  'current',
  'calibration',
];

/**
 * The session and channels of a state, with defaults where it has none, or none that the station has: the
 * fastest session, and its gauges. Undefined for a station without any session.
 */
export function choiceOf(
  station: Station,
  state: Pick<ViewState, 'session' | 'channels'>,
): Choice | undefined {
  const fastest = [...station.sessions].sort(
    (one, other) => SESSIONS.indexOf(other.session) - SESSIONS.indexOf(one.session),
  )[0];
  const session = station.sessions.find((it) => it.session === state.session) ?? fastest;
  if (!session) return undefined;
  const all = sortedChannels(session);
  const chosen = all.filter(({ name }) => state.channels.includes(name));
  const gauges = all.filter(({ kind }) => kind === 'gauge');
  const channels = chosen.length > 0 ? chosen : gauges.length > 0 ? gauges : all.slice(0, 4);
  const hasMicrostrain = all.some(({ kind, units }) => kind === 'gauge' && units.includes('microstrain'));
  return { session, channels, hasMicrostrain };
}

/** The channels of a session: gauges first, then by kind. */
export function sortedChannels({ channels }: Pick<SessionSummary, 'channels'>): ChannelInfo[] {
  return [...channels].sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind));
}

/** The span that is seen, given the newest instant. */
export function spanOf(time: ViewState['time'], newest: number): Span {
  return 'follow' in time ? following(newest, time.follow) : time;
}
