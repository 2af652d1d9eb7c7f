import type { Station } from '../api';
import type { Go } from './address';
import { type Choice, choiceOf, sortedChannels, spanOf } from './choice';
import { DayView } from './day-view';
import { SpectrogramView } from './spectrogram-view';
import { StationBar } from './station-bar';
import { formatDate, formatDay } from './time-text';
import type { StationsFeed } from './use-stations';
import type { ViewState } from './url-state';

const DAY_MS = 86_400_000;

/** Instants that a spectrogram is drawn of: the server answers with buckets where there are more. */
const MOST_SAMPLES = 72_000;

/** The tabs of a single channel: the spectrogram and the day plot. */
export function AnalysisTab(props: {
  readonly feed: StationsFeed;
  readonly station: Station | undefined;
  readonly state: ViewState;
  readonly go: Go;
}) {
  const { feed, station, state, go } = props;
  const choice = station && choiceOf(station, state);
  const newest = choice ? Math.floor(choice.session.lastTime / 60_000) * 60_000 : 0;
  const span = spanOf(state.time, newest);
  const day = Math.floor((span.end - 1) / DAY_MS) * DAY_MS;
  return (
    <div class="traces analysis">
      <StationBar feed={feed} station={station} state={state} go={go}>
        {choice && <ChannelSelect choice={choice} go={go} />}
        {choice && state.view === 'day' && <DaySelect day={day} go={go} />}
      </StationBar>
      {choice ? (
        <Chosen station={station} choice={choice} state={state} go={go} span={span} day={day} />
      ) : (
        <p class="empty">{feed.answer ? 'No rows yet.' : 'Loading…'}</p>
      )}
    </div>
  );
}

function Chosen(props: {
  readonly station: Station;
  readonly choice: Choice;
  readonly state: ViewState;
  readonly go: Go;
  readonly span: { readonly start: number; readonly end: number };
  readonly day: number;
}) {
  const { station, choice, state, go, span, day } = props;
  const channel = choice.channels[0]!;
  const { session, intervalMs } = choice.session;
  const unit = channel.units.includes(state.unit) ? state.unit : channel.units[0]!;
  const common = { site: station.site, session, channel: channel.name, unit };
  if (state.view === 'day') {
    return (
      <DayView {...common} day={day} onPick={(start, end) => go({ view: 'traces', time: { start, end } })} />
    );
  }
  const start = Math.max(Math.floor(span.start), Math.ceil(span.end) - MOST_SAMPLES * intervalMs);
  return <SpectrogramView {...common} start={start} end={Math.ceil(span.end)} intervalMs={intervalMs} />;
}

function ChannelSelect({ choice, go }: { choice: Choice; go: Go }) {
  return (
    <select
      aria-label="Channel"
      value={choice.channels[0]?.name}
      onChange={(event) => go({ channels: [event.currentTarget.value] })}
    >
      {sortedChannels(choice.session).map(({ name, label }) => (
        <option key={name} value={name}>
          {label}
        </option>
      ))}
    </select>
  );
}

function DaySelect({ day, go }: { day: number; go: Go }) {
  const show = (start: number): void => go({ time: { start, end: start + DAY_MS } });
  return (
    <div class="day-select">
      <button aria-label="Day before" onClick={() => show(day - DAY_MS)}>
        <span aria-hidden="true">←</span>
      </button>
      <input
        type="date"
        aria-label="Day"
        value={formatDate(day)}
        onChange={(event) => {
          const chosen = Date.parse(event.currentTarget.value);
          if (!Number.isNaN(chosen)) show(chosen);
        }}
      />
      <span class="muted">{formatDay(day)}</span>
      <button aria-label="Day after" onClick={() => show(day + DAY_MS)}>
        <span aria-hidden="true">→</span>
      </button>
    </div>
  );
}
