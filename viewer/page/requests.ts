import type { ErrorAnswer, Marker, NewMarker, SeriesAnswer, Session, Settings, StationsAnswer } from '../api';

/** What a series is asked for. */
export interface SeriesQuery {
  readonly site: string;
  readonly session: Session;
  readonly channels: readonly string[];
  readonly unit: string;
  readonly start: number;
  readonly end: number;
}

/** The server answered that it cannot do what was asked. */
export class RefusedError extends Error {
  constructor(
    message: string,
    /** What to do. */
    readonly fix?: string,
  ) {
    super(message);
  }
}

/** `GET api/stations`. */
export function fetchStations(signal?: AbortSignal): Promise<StationsAnswer> {
  return ask('api/stations', { signal });
}

/** `GET api/settings`. */
export function fetchSettings(signal?: AbortSignal): Promise<Settings> {
  return ask('api/settings', { signal });
}

/** `GET api/series`, with at most this many instants or buckets. */
export function fetchSeries(query: SeriesQuery, points: number, signal?: AbortSignal): Promise<SeriesAnswer> {
  return ask(`api/series?${textOf(query)}&points=${points}`, { signal });
}

/** Address of a file with the raw rows. */
export function exportAddress(query: SeriesQuery, format: string): string {
  return `api/export?${textOf(query)}&format=${format}`;
}

/** Address of the events of one station. */
export function liveAddress({ site, session, channels, unit }: Omit<SeriesQuery, 'start' | 'end'>): string {
  return `api/live?${new URLSearchParams({ site, session, channels: channels.join(','), unit })}`;
}

/** `GET api/markers`. */
export function fetchMarkers(site: string, signal?: AbortSignal): Promise<readonly Marker[]> {
  return ask(`api/markers?${new URLSearchParams({ site })}`, { signal });
}

/** `POST api/markers`. */
export function addMarker(marker: NewMarker): Promise<Marker> {
  const headers = { 'content-type': 'application/json' };
  return ask('api/markers', { method: 'POST', headers, body: JSON.stringify(marker) });
}

/** `DELETE api/markers/ID`. */
export async function deleteMarker(id: string): Promise<void> {
  await ask(`api/markers/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** An error for people: what happened, and what to do where the server says so. */
export function textOfError(error: unknown): string {
  if (error instanceof RefusedError) return error.fix ? `${error.message} ${error.fix}` : error.message;
  return error instanceof TypeError ? 'The server cannot be reached.' : String(error);
}

function textOf({ site, session, channels, unit, start, end }: SeriesQuery): string {
  const fields = { site, session, channels: channels.join(','), start, end, unit };
  return new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString();
}

async function ask<T>(address: string, options: RequestInit): Promise<T> {
  const response = await fetch(address, options);
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  let answer: Partial<ErrorAnswer> = {};
  try {
    answer = JSON.parse(text) as Partial<ErrorAnswer>;
  } catch {
    // A proxy in between answers with pages of its own.
  }
  throw new RefusedError(answer.error ?? `The server answered with status ${response.status}.`, answer.fix);
}
