import { useEffect, useState } from 'preact/hooks';

import type { SessionSummary } from '../api';
import { fitTide, type TideFit } from '../analysis/tide';
import { fetchSeries, textOfError } from './requests';
import { lineOf } from './traces';
import type { TracesQuery } from './use-traces';

/** The tides of the channels that are shown. */
export interface Tides {
  readonly fits: ReadonlyMap<string, TideFit>;
  /** What was fitted. @default - nothing yet */
  readonly fitted?: { readonly start: number; readonly end: number; readonly unit: string };
  readonly isLoading: boolean;
  readonly error?: string;
}

const HOUR = 3_600_000;
/** A year of hourly means and some days: longer buckets would smooth the tides themselves. */
const MOST_HOURS = 9000;

const NONE: Tides = { fits: new Map(), isLoading: false };

/** Fits the tides on hourly means, over as much of the record as there is, up to a year. */
export function useTides(query: TracesQuery, session: SessionSummary, isOn: boolean): Tides {
  const [tides, setTides] = useState(NONE);
  // The channels and the unit decide; a fit does not change with each sample that arrives.
  const key = JSON.stringify(query);
  useEffect(() => {
    if (!isOn) {
      setTides(NONE);
      return undefined;
    }
    const abort = new AbortController();
    setTides({ ...NONE, isLoading: true });
    const end = session.lastTime + 1;
    const start = Math.max(session.firstTime, end - MOST_HOURS * HOUR);
    const points = Math.max(1, Math.min(MOST_HOURS, Math.ceil((end - start) / HOUR)));
    fetchSeries({ ...query, start, end }, points, abort.signal).then(
      ({ channels, time, bucketMs }) => {
        const centers = time.map((at) => at + (bucketMs ?? 0) / 2);
        const fits = channels.flatMap((channel) => {
          const fit = fitTide(centers, lineOf(channel));
          return fit ? [[channel.name, fit] as const] : [];
        });
        setTides({
          fits: new Map(fits),
          isLoading: false,
          fitted: { start, end, unit: channels[0]?.unit ?? '' },
        });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setTides({ ...NONE, error: textOfError(error) });
      },
    );
    return () => abort.abort();
  }, [key, isOn]);
  return tides;
}
