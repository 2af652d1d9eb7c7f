/** What can be asked for, checked: JSON schemas of the routes, and the series that a query means. */
import type { Session } from '../../api';
import { SESSIONS } from '../../../producer/bottle/session';
import { channelsOf, type SeriesQuery } from '../store/series';
import type { Store } from '../store/store';
import { HttpError } from './errors';

/** Most instants or buckets of an answer. */
export const MOST_POINTS = 100_000;
const DEFAULT_POINTS = 1_500;
/** Instants that are accepted: 1900 to 2200. */
const [EARLIEST, LATEST] = [Date.UTC(1900, 0), Date.UTC(2200, 0)];

const INSTANT = { type: 'string', description: 'Milliseconds since 1970-01-01 UTC, or an ISO 8601 instant' };

/** Parameters of everything that is of one station and session. */
const OF_STREAM = {
  site: { type: 'string', minLength: 1, maxLength: 64, description: 'Station, for example B009' },
  session: { type: 'string', enum: SESSIONS, description: 'Day (10 min), Hour (1 Hz) or Min (20 Hz)' },
  channels: {
    type: 'string',
    maxLength: 2_000,
    description: 'Names separated by commas, for example ls1_t0,areal; all channels of the session without',
  },
  unit: {
    type: 'string',
    enum: ['counts', 'microstrain'],
    default: 'counts',
    description: 'Unit of the gauges',
  },
} as const;

const PERIOD = {
  start: { ...INSTANT, description: `${INSTANT.description}; inclusive` },
  end: { ...INSTANT, description: `${INSTANT.description}; exclusive` },
} as const;

/** Query strings, as JSON schemas. */
export const QUERIES = {
  series: {
    type: 'object',
    required: ['site', 'session', 'start', 'end'],
    additionalProperties: false,
    properties: {
      ...OF_STREAM,
      ...PERIOD,
      points: { type: 'integer', minimum: 1, maximum: MOST_POINTS, default: DEFAULT_POINTS },
    },
  },
  export: {
    type: 'object',
    required: ['site', 'session', 'start', 'end', 'format'],
    additionalProperties: false,
    properties: { ...OF_STREAM, ...PERIOD, format: { type: 'string', enum: ['csv', 'parquet'] } },
  },
  live: {
    type: 'object',
    dependencies: { site: ['session'], session: ['site'] },
    additionalProperties: false,
    properties: OF_STREAM,
  },
  markers: { type: 'object', additionalProperties: false, properties: { site: OF_STREAM.site } },
} as const;

/** The parameters of one station and session. */
export interface StreamParameters {
  readonly site: string;
  readonly session: Session;
  readonly channels?: string;
  readonly unit: 'counts' | 'microstrain';
}

export interface PeriodParameters extends StreamParameters {
  readonly start: string;
  readonly end: string;
}

/** What is selected of a stream. */
export type Selection = Pick<SeriesQuery, 'stream' | 'channels' | 'unit' | 'constants'>;

/** The stream and channels that the parameters name. Throws an HttpError for one that is not there. */
export function selection(store: Store | undefined, parameters: StreamParameters): Selection {
  const { site, session, channels, unit } = parameters;
  const stream = store?.streamOf(site, session);
  if (!store || !stream) {
    throw new HttpError(
      404,
      `no rows of station ${site}, session ${session}`,
      'see api/stations for what there is',
    );
  }
  const constants = store.constantsOf(site);
  const there = channelsOf(stream, constants);
  const asked = channels === undefined || channels === '' ? there : channels.split(',');
  const unknown = asked.filter((name) => !there.includes(name));
  if (unknown.length > 0) {
    throw new HttpError(
      400,
      `station ${site}, session ${session} has no channel ${unknown.join(', ')}`,
      `use some of ${there.join(', ')}`,
    );
  }
  return { stream, channels: [...new Set(asked)], unit, constants };
}

/** The period that the parameters name. Throws an HttpError when it is none. */
export function period({ start, end }: PeriodParameters): { readonly start: number; readonly end: number } {
  const [from, to] = [instant('start', start), instant('end', end)];
  if (from >= to)
    throw new HttpError(400, `start ${start} is not before end ${end}`, 'give a start before the end');
  return { start: from, end: to };
}

function instant(name: string, text: string): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : /^\d{4}-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (value >= EARLIEST && value <= LATEST) return value;
  throw new HttpError(
    400,
    `${name} '${text}' is not an instant of the years 1900 to 2200`,
    'give milliseconds since 1970-01-01 UTC, or ISO 8601, for example 2021-07-01T00:00:00Z',
  );
}
