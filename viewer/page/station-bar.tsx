import type { ComponentChildren } from 'preact';

import type { Session, Station } from '../api';
import type { Go } from './address';
import { choiceOf } from './choice';
import { StateIcon } from './icons';
import { formatLength } from './time-text';
import type { StationsFeed } from './use-stations';
import { SESSIONS, type ViewState } from './url-state';

/** Chooses the station, the session and the unit. */
export function StationBar(props: {
  readonly feed: StationsFeed;
  readonly station: Station | undefined;
  readonly state: ViewState;
  readonly go: Go;
  readonly children?: ComponentChildren;
}) {
  const { feed, station, state, go } = props;
  const stations = [...(feed.answer?.stations ?? [])].sort((one, other) => (one.site < other.site ? -1 : 1));
  const choice = station && choiceOf(station, state);
  return (
    <div class="station-bar">
      <label>
        <span class="hidden">Station</span>
        <select
          class="site-select"
          value={station?.site ?? ''}
          onChange={(event) => go({ site: event.currentTarget.value, channels: [] })}
        >
          {!station && <option value="">{state.site ?? 'Station'}</option>}
          {stations.map(({ site, state: its }) => (
            <option key={site} value={site}>
              {site}
              {its === 'live' ? '' : ` (${its})`}
            </option>
          ))}
        </select>
      </label>
      {station && (
        <span class={`badge ${station.state}`}>
          <StateIcon state={station.state} /> {station.state}
        </span>
      )}
      {choice && (
        <Segments
          label="Session"
          value={choice.session.session}
          options={SESSIONS.filter((name) => station.sessions.some(({ session }) => session === name)).map(
            (name) => ({ value: name, label: name, title: rateOf(station, name) }),
          )}
          onChange={(session) => go({ session, channels: [] })}
        />
      )}
      {choice?.hasMicrostrain && (
        <Segments
          label="Unit of the gauges"
          value={state.unit}
          options={[
            { value: 'counts', label: 'counts' },
            { value: 'microstrain', label: 'µε', title: 'microstrain' },
          ]}
          onChange={(unit) => go({ unit })}
        />
      )}
      {props.children}
    </div>
  );
}

function rateOf(station: Station, name: Session): string {
  const interval = station.sessions.find(({ session }) => session === name)!.intervalMs;
  return interval <= 1000 ? `${1000 / interval} Hz` : `every ${formatLength(interval)}`;
}

/** One of a few choices, all of them visible. */
export function Segments<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly title?: string }[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <div class="segments" role="group" aria-label={props.label}>
      {props.options.map(({ value, label, title }) => (
        <button
          key={value}
          title={title}
          aria-label={title && title !== label ? `${label}, ${title}` : undefined}
          aria-pressed={value === props.value}
          onClick={() => props.onChange(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
