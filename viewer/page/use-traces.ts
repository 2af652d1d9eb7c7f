import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';

import type { LiveReload, LiveRows, SeriesAnswer, SessionSummary, Session } from '../api';
import { spanOf } from './choice';
import { listen } from './live-events';
import { mergeLive, trimmed } from './live-merge';
import { fetchSeries, liveAddress, textOfError } from './requests';
import type { Span } from './span';
import type { ViewState } from './url-state';

/** What the traces are of. */
export interface TracesQuery {
  readonly site: string;
  readonly session: Session;
  readonly channels: readonly string[];
  readonly unit: string;
}

/** What is shown, and what is going on. */
export interface TracesFeed {
  /** The last answer with what has arrived since; of an earlier span while a new one is loading. */
  readonly answer?: SeriesAnswer;
  readonly span: Span;
  /** Newest instant that is known. */
  readonly newest: number;
  readonly isLoading: boolean;
  readonly error?: string;
  readonly isLive: boolean;
}

/** Requests wait this long for the end of a gesture. */
const DEBOUNCE_MS = 120;
/** Beyond both ends of the span, so that lines reach the edges. */
const MARGIN = 0.05;
/** While following, means of buckets are estimates: they are asked for again after this part of the span. */
const REFRESH_PART = 0.25;
const RETRY_MS = 5000;
/** Events that wait to be drawn: more than arrive while an answer is on its way. */
const MOST_WAITING = 200;

/** Keeps the series of a span up to date: asks for it, and adds what arrives. */
export function useTraces(
  query: TracesQuery,
  session: SessionSummary,
  time: ViewState['time'],
  points: number,
): TracesFeed {
  const key = JSON.stringify(query);
  const [answer, setAnswer] = useKeyed<SeriesAnswer>(`${query.site} ${query.session}`);
  const [error, setError] = useState<string>();
  const [isLoading, setLoading] = useState(false);
  const [isLive, setLive] = useState(false);
  const [attempt, again] = useReducer((count: number) => count + 1, 0);
  const newest = Math.max(session.lastTime, answer?.time.at(-1) ?? -Infinity);
  const span = spanOf(time, newest);

  // While following, the answer grows: it is asked for again only now and then.
  const length = span.end - span.start;
  const isFollowing = 'follow' in time;
  const place = isFollowing ? Math.floor(newest / Math.max(2000, length * REFRESH_PART)) : span.start;
  const now = { span, points, answer, isFollowing, isLoading };
  const current = useRef(now);
  current.current = now;

  useEffect(() => {
    const abort = new AbortController();
    let retry: ReturnType<typeof setTimeout> | undefined;
    setLoading(true);
    const timer = setTimeout(
      () => {
        const asked = current.current.span;
        const room = Math.max(session.intervalMs, (asked.end - asked.start) * MARGIN);
        const start = Math.floor(asked.start - room);
        const end = Math.ceil(asked.end + room);
        fetchSeries({ ...query, start, end }, points, abort.signal).then(
          (fresh) => {
            setAnswer(fresh);
            setError(undefined);
            setLoading(false);
          },
          (reason: unknown) => {
            if (abort.signal.aborted) return;
            setError(textOfError(reason));
            setLoading(false);
            retry = setTimeout(again, RETRY_MS, undefined);
          },
        );
      },
      current.current.answer ? DEBOUNCE_MS : 0,
    );
    return () => {
      clearTimeout(timer);
      clearTimeout(retry);
      abort.abort();
    };
  }, [key, place, length, points, attempt]);

  useEffect(() => {
    let waiting: LiveRows[] = [];
    let frame = 0;
    let wasLost = false;
    // At 20 Hz, rows come more often than the screen is drawn.
    const flush = (): void => {
      frame = 0;
      const {
        answer: old,
        span: seen,
        isFollowing: follows,
        points: most,
        isLoading: isAsking,
      } = current.current;
      // The answer that is on its way may not have them yet: they are added to it.
      if (!old || isAsking || !sameChannels(old, query.channels)) {
        return;
      }
      if (waiting.length >= MOST_WAITING) {
        waiting = [];
        again(undefined);
        return;
      }
      const rows = waiting.filter(
        ({ time: [first] }) => first !== undefined && (follows || first < seen.end),
      );
      waiting = [];
      let merged: SeriesAnswer | undefined = old;
      for (const batch of rows) merged = merged && mergeLive(merged, batch);
      if (!merged || merged.time.length > 3 * most + 100) again(undefined);
      else if (merged !== old) setAnswer(follows ? trimmed(merged, seen.start) : merged);
    };
    const stop = listen(liveAddress(query), {
      events: {
        rows: (data) => {
          // A hidden page draws nothing, so rows pile up: from some number on, it asks for all of them.
          if (waiting.length < MOST_WAITING) waiting.push(data as LiveRows);
          frame ||= requestAnimationFrame(flush);
        },
        reload: (data) => {
          const { start, end } = data as LiveReload;
          const { span: seen } = current.current;
          if (start < seen.end && end >= seen.start) again(undefined);
        },
      },
      onOpen: () => {
        setLive(true);
        // What came in between is not sent again.
        if (wasLost) again(undefined);
      },
      onLost: () => {
        wasLost = true;
        setLive(false);
      },
    });
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [key]);

  return useMemo(
    () => ({
      span,
      newest,
      isLoading,
      isLive,
      ...(answer ? { answer } : {}),
      ...(error === undefined ? {} : { error }),
    }),
    [answer, error, isLoading, isLive, newest, span.start, span.end],
  );
}

function sameChannels({ channels }: SeriesAnswer, names: readonly string[]): boolean {
  return channels.length === names.length && channels.every(({ name }) => names.includes(name));
}

/** State that is forgotten when the key changes: a station is never shown under the name of another. */
function useKeyed<T>(key: string): [T | undefined, (value: T) => void] {
  const [state, setState] = useState<{ readonly key: string; readonly value?: T }>({ key });
  return [state.key === key ? state.value : undefined, (value) => setState({ key, value })];
}
