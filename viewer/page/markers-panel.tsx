import { useEffect, useRef } from 'preact/hooks';

import type { Marker } from '../api';
import type { Go } from './address';
import type { Cursor } from './cursor';
import { endingAt } from './span';
import { formatInstant } from './time-text';
import type { Markers } from './use-markers';
import type { TracesFeed } from './use-traces';

/** Props of MarkersPanel. */
export interface MarkersPanelProps {
  readonly site: string;
  readonly markers: Markers;
  readonly canWrite: boolean;
  readonly go: Go;
  readonly seen: TracesFeed;
  /** Where a marker is about to be added. */
  readonly time: number | undefined;
  readonly onTime: (time: number | undefined) => void;
  readonly cursor: Cursor;
}

/** Lists the markers, and adds and deletes them where the server allows it. */
export function MarkersPanel(props: MarkersPanelProps) {
  const { markers, canWrite, go, seen, time, onTime, cursor } = props;
  const length = seen.span.end - seen.span.start;
  const show = (marker: Marker): void => go({ time: endingAt(marker.time + length / 2, length) });
  return (
    <details class="panel" open={markers.markers.length > 0 || time !== undefined}>
      <summary>Markers{markers.markers.length > 0 && ` (${markers.markers.length})`}</summary>
      {markers.markers.length === 0 && <p class="hint">None yet.</p>}
      <ul class="markers">
        {markers.markers.map((marker) => (
          <li key={marker.id}>
            <button class="marker-time" title="Show it" onClick={() => show(marker)}>
              {formatInstant(marker.time)}
            </button>
            {canWrite && (
              <button
                class="quiet"
                aria-label={`Delete the marker ${marker.text}`}
                onClick={() => void markers.remove(marker.id)}
              >
                <span aria-hidden="true">✕</span>
              </button>
            )}
            <p>
              {marker.text}
              {marker.site === null && <small class="muted"> (all stations)</small>}
            </p>
          </li>
        ))}
      </ul>
      {canWrite && time === undefined && (
        <button onClick={() => onTime(Math.round(cursor.time ?? (seen.span.start + seen.span.end) / 2))}>
          Add a marker <kbd>m</kbd>
        </button>
      )}
      {canWrite && time !== undefined && <MarkerForm {...props} time={time} />}
      {!canWrite && <p class="hint">This server is read-only.</p>}
      {markers.error !== undefined && (
        <p class="error" role="alert">
          {markers.error}
        </p>
      )}
    </details>
  );
}

function MarkerForm({ site, markers, time, onTime }: MarkersPanelProps & { readonly time: number }) {
  const text = useRef<HTMLInputElement>(null);
  useEffect(() => text.current?.focus(), [time]);
  const add = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const marker = {
      site: fields.get('all') === null ? site : null,
      time,
      text: text.current!.value.trim(),
    };
    void markers.add(marker).then((isAdded) => {
      if (isAdded) onTime(undefined);
    });
  };
  return (
    <form
      class="marker-form"
      onSubmit={add}
      onKeyDown={(event) => event.key === 'Escape' && onTime(undefined)}
    >
      <p>{formatInstant(time)} UTC</p>
      <input
        ref={text}
        name="text"
        required
        maxLength={500}
        pattern=".*\S.*"
        aria-label="Text of the marker"
      />
      <label class="check">
        <input type="checkbox" name="all" /> for all stations
      </label>
      <button>Add</button>{' '}
      <button type="button" onClick={() => onTime(undefined)}>
        Cancel
      </button>
    </form>
  );
}
