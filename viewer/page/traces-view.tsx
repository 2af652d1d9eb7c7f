import { useMemo, useRef, useState } from 'preact/hooks';

import type { Settings, Station } from '../api';
import type { Go } from './address';
import { ChannelsPanel } from './channels-panel';
import { type Choice, choiceOf, sortedChannels } from './choice';
import { Cursor } from './cursor';
import { MarkersPanel } from './markers-panel';
import { processed } from './processing';
import { ProcessingPanel } from './processing-panel';
import { SharePanel } from './share-panel';
import { StationBar } from './station-bar';
import type { Theme } from './theme';
import { TimeBar } from './time-bar';
import { TraceChart } from './trace-chart';
import { tracesOf } from './traces';
import type { ViewState } from './url-state';
import { useKeys } from './use-keys';
import { useMarkers } from './use-markers';
import { useSize } from './use-size';
import type { StationsFeed } from './use-stations';
import { useTides } from './use-tides';
import { useTraces } from './use-traces';

/** Props of TracesView. */
export interface TracesViewProps {
  readonly feed: StationsFeed;
  readonly station: Station | undefined;
  readonly state: ViewState;
  readonly go: Go;
  readonly theme: Theme;
  readonly settings: Settings | undefined;
}

/** The traces of a station's session, one chart per channel. */
export function TracesView(props: TracesViewProps) {
  const { feed, station, state, go } = props;
  const choice = station && choiceOf(station, state);
  return (
    <div class="traces">
      {choice ? (
        <Charts {...props} station={station} choice={choice} />
      ) : (
        <>
          <StationBar feed={feed} station={station} state={state} go={go} />
          <p class="empty">{feed.answer ? whyNothing(station, state) : 'Loading…'}</p>
        </>
      )}
    </div>
  );
}

function whyNothing(station: Station | undefined, { site }: ViewState): string {
  if (station) return `${station.site} has no rows.`;
  return site ? `No rows of ${site} have arrived. Choose another station.` : 'No rows yet.';
}

/** Most samples that are filtered at once: as many as an answer for a long fit of the tide has. */
const FILTERED_POINTS = 9000;

function Charts(props: TracesViewProps & { readonly station: Station; readonly choice: Choice }) {
  const { feed, station, state, go, theme, settings, choice } = props;
  const { session, channels } = choice;
  const stack = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(stack);
  const cursor = useMemo(() => new Cursor(), []);
  const [markerTime, setMarkerTime] = useState<number>();
  const query = {
    site: station.site,
    session: session.session,
    channels: channels.map(({ name }) => name),
    unit: choice.hasMicrostrain ? state.unit : 'counts',
  };
  // In hundreds, so that not every change of the window's width asks again.
  const points = state.band ? FILTERED_POINTS : Math.max(300, Math.ceil((width - 100) / 100) * 100);
  const seen = useTraces(query, session, state.time, points);
  const tides = useTides(query, session, state.tide);
  const markers = useMarkers(station.site);
  const raw = useMemo(() => (seen.answer ? tracesOf(seen.answer) : EMPTY), [seen.answer]);
  const traces = useMemo(
    () =>
      processed(raw, { tides: tides.fits, trend: state.trend, ...(state.band ? { band: state.band } : {}) }),
    [raw, tides.fits, state.trend, state.band?.low, state.band?.high],
  );
  const all = sortedChannels(session);
  const colorOf = (name: string): string =>
    theme.lines[all.findIndex((channel) => channel.name === name) % theme.lines.length]!;
  const chartHeight = Math.max(96, Math.floor(height / channels.length) - 30);
  useKeys({
    seen,
    session,
    go,
    cursor,
    traces,
    isFollowing: 'follow' in state.time,
    onMarker: () => {
      if (settings?.canWrite) setMarkerTime(Math.round(cursor.time ?? seen.newest));
    },
  });

  return (
    <>
      <StationBar feed={feed} station={station} state={state} go={go} />
      <TimeBar seen={seen} session={session} state={state} go={go} cursor={cursor} traces={traces} />
      <div class="traces-body">
        <div class="stack" ref={stack} aria-busy={seen.isLoading}>
          {seen.answer?.time.length === 0 && !seen.isLoading && (
            <p class="empty">
              No samples in this span. Press Home or End to go to the first or the last one.
            </p>
          )}
          {channels.map(({ name, label }, index) => (
            <TraceChart
              key={`${station.site} ${name}`}
              label={label}
              name={name}
              traces={traces}
              trace={traces.channels.find((trace) => trace.name === name)}
              span={seen.span}
              color={colorOf(name)}
              theme={theme}
              width={width}
              height={chartHeight}
              isFirst={index === 0}
              hasTimeAxis={index === channels.length - 1}
              markers={markers.markers}
              cursor={cursor}
              onSpan={(time, kind) => go({ time }, kind)}
            />
          ))}
        </div>
        <aside class="panels" aria-label="Channels and tools">
          <ChannelsPanel channels={all} chosen={query.channels} colorOf={colorOf} go={go} />
          <ProcessingPanel state={state} go={go} raw={raw} tides={tides} channels={channels} />
          <MarkersPanel
            site={station.site}
            markers={markers}
            canWrite={settings?.canWrite ?? false}
            go={go}
            seen={seen}
            time={markerTime}
            onTime={setMarkerTime}
            cursor={cursor}
          />
          <SharePanel
            query={{ ...query, start: Math.floor(seen.span.start), end: Math.ceil(seen.span.end) }}
            channels={channels}
            state={state}
            traces={traces}
            markers={markers.markers}
            theme={theme}
            colorOf={colorOf}
            width={width}
          />
        </aside>
      </div>
    </>
  );
}

const EMPTY = { time: [], bucketMs: null, intervalMs: 1000, gaps: [], channels: [] };
