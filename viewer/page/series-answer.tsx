import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { SeriesAnswer } from '../api';
import { fetchSeries, type SeriesQuery, textOfError } from './requests';

/** What is known of an answer that was asked for. */
export type Asked =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly reason: string; readonly retry: () => void }
  | { readonly state: 'ready'; readonly answer: SeriesAnswer };

/**
 * Asks for a series, again when the query changes. The answer before is not kept: it is of something else.
 */
export function useSeries(query: SeriesQuery, points: number): Asked {
  const key = JSON.stringify([query, points]);
  const [attempt, setAttempt] = useState(0);
  const [found, setFound] = useState<{ key: string; asked: Asked }>();
  useEffect(() => {
    const abort = new AbortController();
    setFound(undefined);
    const put = (asked: Asked): void => {
      if (!abort.signal.aborted) setFound({ key, asked });
    };
    fetchSeries(query, points, abort.signal).then(
      (answer) => put({ state: 'ready', answer }),
      (error: unknown) => {
        const retry = (): void => setAttempt((count) => count + 1);
        put({ state: 'failed', reason: textOfError(error), retry });
      },
    );
    return () => abort.abort();
  }, [key, attempt]);
  // An answer to the query before is not one to this.
  return found?.key === key ? found.asked : { state: 'loading' };
}

/** A sentence in place of a picture, and what to do. */
export function Notice(props: {
  isError?: boolean;
  retry?: (() => void) | undefined;
  children: ComponentChildren;
}) {
  return (
    <div class="plot-notice" role={props.isError ? 'alert' : 'status'}>
      <p>{props.children}</p>
      {props.retry && (
        <button type="button" onClick={props.retry}>
          Try again
        </button>
      )}
    </div>
  );
}
