import { useEffect, useState } from 'preact/hooks';

import type { SourceStatus, StationsAnswer } from '../api';
import { listen } from './live-events';
import { fetchStations } from './requests';

/** What is known of the server and its stations. */
export interface StationsFeed {
  /** @default - nothing has arrived yet */
  readonly answer?: StationsAnswer;
  /** The server's clock minus the browser's. */
  readonly clockOffset: number;
  /** Since when the server cannot be reached. @default - it is reached */
  readonly lostSince?: number;
}

const POLL_MS = 10_000;

/**
 * The list of stations. `isLive` listens to events; else it is asked for now and then, as the traces have
 * their own events and browsers allow a server six connections for all tabs together.
 */
export function useStations(isLive: boolean): StationsFeed {
  const [feed, setFeed] = useState<StationsFeed>({ clockOffset: 0 });
  useEffect(() => {
    const abort = new AbortController();
    const onAnswer = (answer: StationsAnswer): void =>
      setFeed({ answer, clockOffset: answer.now - Date.now() });
    const onLost = (): void => setFeed((old) => ({ ...old, lostSince: old.lostSince ?? Date.now() }));
    const poll = (): void => {
      fetchStations(abort.signal).then(onAnswer, () => {
        if (!abort.signal.aborted) onLost();
      });
    };
    poll();
    const timer = isLive ? undefined : setInterval(poll, POLL_MS);
    const stop = isLive
      ? listen('api/live', { events: { stations: (data) => onAnswer(data as StationsAnswer) }, onLost })
      : undefined;
    return () => {
      abort.abort();
      clearInterval(timer);
      stop?.();
    };
  }, [isLive]);
  return feed;
}

/** The time on the server's clock, every second, so that ages grow between its answers. */
export function useServerNow(clockOffset: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now + clockOffset;
}

/** Whether a status has something that users must know. */
export function isTroubled({ unreachableSince, behind }: SourceStatus): boolean {
  return unreachableSince !== undefined || behind > 0;
}
