/** What is published, from the progress topic. */
import { type Session, SESSIONS, STRAIN_INTERVALS } from '../bottle/session';
import { greatest, least } from '../report';
import type { Progress } from './progress';

/** All archives of a station and session. */
export interface StreamStatus {
  readonly site: string;
  readonly session: Session;
  /** Archives that are published whole, and those that are published in part. */
  done: number;
  partial: number;
  /** Archives, of these, with damage. */
  damaged: number;
  rows: number;
  samples: number;
  /** Places where rows are further apart than twice their interval, within archives and between them. */
  gaps: number;
  /** Instants of the first and last row, milliseconds since 1970-01-01 UTC; undefined without rows. */
  first: number | undefined;
  last: number | undefined;
  /** Time of the last commit, milliseconds since 1970-01-01 UTC. */
  committedAt: number;
}

/** Sums up archives by station and session, in that order. */
export function statusOf(archives: readonly Progress[]): StreamStatus[] {
  const streams = new Map<string, StreamStatus>();
  for (const one of [...archives].sort(byStreamAndTime)) {
    const { site, session } = one;
    const key = `${site} ${session}`;
    let stream = streams.get(key);
    if (!stream) {
      stream = {
        site,
        session,
        done: 0,
        partial: 0,
        damaged: 0,
        rows: 0,
        samples: 0,
        gaps: 0,
        first: undefined,
        last: undefined,
        committedAt: 0,
      };
      streams.set(key, stream);
    }
    add(stream, one);
  }
  return [...streams.values()];
}

/** Adds an archive that begins no earlier than those before. */
function add(stream: StreamStatus, archive: Progress): void {
  const { state, damaged, rowsCommitted, samples, gaps, firstTime, lastTime, committedAt } = archive;
  if (state === 'done') stream.done += 1;
  else stream.partial += 1;
  if (damaged > 0) stream.damaged += 1;
  stream.rows += rowsCommitted;
  stream.samples += samples;
  stream.gaps += gaps;
  stream.committedAt = Math.max(stream.committedAt, committedAt);
  if (firstTime === null || lastTime === null) return;
  const longest = 2 * STRAIN_INTERVALS[stream.session];
  if (stream.last !== undefined && firstTime - stream.last > longest) stream.gaps += 1;
  stream.first = least(stream.first, firstTime);
  stream.last = greatest(stream.last, lastTime);
}

function byStreamAndTime(a: Progress, b: Progress): number {
  if (a.site !== b.site) return a.site < b.site ? -1 : 1;
  const bySession = SESSIONS.indexOf(a.session) - SESSIONS.indexOf(b.session);
  return bySession || (a.firstTime ?? 0) - (b.firstTime ?? 0) || (a.archive < b.archive ? -1 : 1);
}
