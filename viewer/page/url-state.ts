import type { Session } from '../api';
import type { Span } from './span';

/** The views that the page has. */
export const VIEWS = ['stations', 'traces', 'spectrogram', 'day'] as const;

/** One of the views. */
export type View = (typeof VIEWS)[number];

/** The sessions, from the slowest to the fastest. */
export const SESSIONS: readonly Session[] = ['Day', 'Hour', 'Min'];

/** What is subtracted from the values. */
export type Trend = 'none' | 'mean' | 'trend';

/** Limits of a band-pass, Hz. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/** All that decides what is seen. It is in the address, so a link shows others the same. */
export interface ViewState {
  readonly view: View;
  /** @default - the first station */
  readonly site?: string;
  /** @default - the fastest session of the station */
  readonly session?: Session;
  /** Empty for the gauges, or the first channels where there is no gauge. */
  readonly channels: readonly string[];
  readonly unit: 'counts' | 'microstrain';
  /** A fixed span, or the length that follows the newest sample. */
  readonly time: Span | { readonly follow: number };
  readonly trend: Trend;
  readonly tide: boolean;
  /** @default - none */
  readonly band?: Band;
}

/** What an address without a query shows. */
export const START: ViewState = {
  view: 'stations',
  channels: [],
  unit: 'counts',
  time: { follow: 3_600_000 },
  trend: 'none',
  tide: false,
};

/** The traces of another station: its channels and sessions may be others, so they are chosen anew. */
export function atStation(state: ViewState, site: string): ViewState {
  return { ...state, view: 'traces', site, session: undefined, channels: [], time: START.time };
}

/** The query of the address, with `?`; empty for the start. Leaves out what is as at the start. */
export function queryOf(state: ViewState): string {
  const query = new URLSearchParams();
  if (state.view !== START.view) query.set('view', state.view);
  if (state.site !== undefined) query.set('site', state.site);
  if (state.session !== undefined) query.set('session', state.session);
  if (state.channels.length > 0) query.set('channels', state.channels.join(','));
  if (state.unit !== START.unit) query.set('unit', state.unit);
  if ('follow' in state.time) {
    query.set('follow', String(state.time.follow / 1000));
  } else {
    query.set('start', new Date(state.time.start).toISOString());
    query.set('end', new Date(state.time.end).toISOString());
  }
  if (state.trend !== START.trend) query.set('remove', state.trend);
  if (state.tide) query.set('tide', 'removed');
  if (state.band) query.set('band', `${state.band.low},${state.band.high}`);
  const isStart = state.view === START.view && state.site === undefined;
  return isStart ? '' : `?${query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')}`;
}

/** Reads a query. What is missing or makes no sense is as at the start, as people edit addresses. */
export function stateOf(query: string): ViewState {
  const given = new URLSearchParams(query);
  const oneOf = <T extends string>(name: string, allowed: readonly T[]): T | undefined =>
    allowed.find((it) => it === given.get(name));
  const site = given.get('site');
  const session = oneOf('session', SESSIONS);
  const band = bandOf(given.get('band'));
  return {
    view: oneOf('view', VIEWS) ?? START.view,
    ...(site ? { site } : {}),
    ...(session ? { session } : {}),
    channels: (given.get('channels') ?? '').split(',').filter((name) => /^\w+$/.test(name)),
    unit: oneOf('unit', ['counts', 'microstrain'] as const) ?? START.unit,
    time: timeOf(given),
    trend: oneOf('remove', ['mean', 'trend'] as const) ?? START.trend,
    tide: given.get('tide') === 'removed',
    ...(band ? { band } : {}),
  };
}

function timeOf(given: URLSearchParams): ViewState['time'] {
  const [start, end] = ['start', 'end'].map((name) => Date.parse(given.get(name) ?? ''));
  if (start! < end!) return { start: start!, end: end! };
  const seconds = Number(given.get('follow'));
  return seconds > 0 && Number.isFinite(seconds) ? { follow: Math.round(seconds * 1000) } : START.time;
}

function bandOf(text: string | null): Band | undefined {
  const [low, high] = (text ?? '').split(',').map(Number);
  return low !== undefined && high !== undefined && low > 0 && high > low ? { low, high } : undefined;
}
