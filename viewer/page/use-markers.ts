import { useEffect, useState } from 'preact/hooks';

import type { Marker, NewMarker } from '../api';
import { addMarker, deleteMarker, fetchMarkers, textOfError } from './requests';

/** The markers of a station, and how to change them. */
export interface Markers {
  /** By time. */
  readonly markers: readonly Marker[];
  /** Why the last change failed. */
  readonly error?: string;
  /** Resolves to whether it was added. */
  readonly add: (marker: NewMarker) => Promise<boolean>;
  readonly remove: (id: string) => Promise<boolean>;
}

/** How often the markers of others are asked for. */
const POLL_MS = 30_000;

/** Keeps the markers of a station. */
export function useMarkers(site: string): Markers {
  const [markers, setMarkers] = useState<readonly Marker[]>([]);
  const [error, setError] = useState<string>();
  const put = (list: readonly Marker[]): void =>
    setMarkers([...list].sort((one, other) => one.time - other.time));
  useEffect(() => {
    const abort = new AbortController();
    setMarkers([]);
    const poll = (): void => {
      // The notice of the whole page tells when the server is away.
      fetchMarkers(site, abort.signal).then(put, () => undefined);
    };
    poll();
    const timer = setInterval(poll, POLL_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [site]);

  const change = async (make: () => Promise<unknown>): Promise<boolean> => {
    try {
      await make();
      put(await fetchMarkers(site));
      setError(undefined);
      return true;
    } catch (reason) {
      setError(textOfError(reason));
      return false;
    }
  };
  return {
    markers,
    ...(error === undefined ? {} : { error }),
    add: (marker) => change(() => addMarker(marker)),
    remove: (id) => change(() => deleteMarker(id)),
  };
}
