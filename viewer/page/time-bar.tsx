import { useRef, useState } from 'preact/hooks';

import type { SessionSummary } from '../api';
import type { Go } from './address';
import type { Cursor } from './cursor';
import { CursorSpeech, CursorTime } from './cursor-value';
import { allOf, between, endingAt, LENGTHS, type Span } from './span';
import { formatInstant, formatLength, parseInstant } from './time-text';
import type { Traces } from './traces';
import type { ViewState } from './url-state';
import type { TracesFeed } from './use-traces';

/** Props of TimeBar. */
export interface TimeBarProps {
  readonly seen: TracesFeed;
  readonly session: SessionSummary;
  readonly state: ViewState;
  readonly go: Go;
  readonly cursor: Cursor;
  readonly traces: Traces;
}

/** Chooses what part of time is seen, and says which it is. */
export function TimeBar({ seen, session, state, go, cursor, traces }: TimeBarProps) {
  const { span } = seen;
  const length = Math.round(span.end - span.start);
  const isFollowing = 'follow' in state.time;
  const choose = (ms: number): void =>
    go({ time: isFollowing ? { follow: ms } : endingAt((span.start + span.end) / 2 + ms / 2, ms) });
  return (
    <>
      <div class="time-bar">
        <div class="segments" role="group" aria-label="History">
          <button onClick={() => history.back()} aria-label="Back">
            <span aria-hidden="true">←</span>
          </button>
          <button onClick={() => history.forward()} aria-label="Forward">
            <span aria-hidden="true">→</span>
          </button>
        </div>
        <div class="segments" role="group" aria-label="Length">
          {LENGTHS.map(({ label, ms }) => (
            <button key={ms} aria-pressed={Math.abs(length - ms) < ms * 0.001} onClick={() => choose(ms)}>
              {label}
            </button>
          ))}
          <button aria-pressed={false} onClick={() => go({ time: allOf(session.firstTime, seen.newest) })}>
            all
          </button>
        </div>
        <button
          class="follow"
          aria-pressed={isFollowing}
          title="Follow the newest sample (f)"
          onClick={() =>
            go({ time: isFollowing ? { start: span.start, end: span.end } : { follow: length } })
          }
        >
          <span class="dot" aria-hidden="true" /> Follow
        </button>
        <GoTo span={span} go={go} />
        <span class="spacer" />
        <CursorTime cursor={cursor} traces={traces} />
        <CursorSpeech cursor={cursor} traces={traces} />
      </div>
      <div class="span-line">
        <span class={seen.isLoading ? 'progress on' : 'progress'} aria-hidden="true" />
        <span>
          {formatInstant(Math.round(span.start))} – {formatInstant(Math.round(span.end))} UTC
        </span>
        <span class="muted">
          {formatLength(length)} · {resolutionOf(traces)}
          {seen.isLive ? '' : ' · no live connection'}
        </span>
        {seen.error !== undefined && (
          <span class="error" role="alert">
            {seen.error}
          </span>
        )}
      </div>
    </>
  );
}

function resolutionOf({ bucketMs, intervalMs }: Traces): string {
  if (bucketMs !== null) return `mean, least and greatest of each ${formatLength(bucketMs)}`;
  return intervalMs <= 1000
    ? `samples at ${1000 / intervalMs} Hz`
    : `samples every ${formatLength(intervalMs)}`;
}

function GoTo({ span, go }: { readonly span: Span; readonly go: Go }) {
  const [isWrong, setWrong] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const time = parseInstant(field.current!.value);
    setWrong(time === undefined);
    if (time !== undefined) go({ time: between(time, time + span.end - span.start) });
  };
  return (
    <form class="go-to" onSubmit={submit}>
      <input
        ref={field}
        aria-label="Go to a time in UTC, for example 2021:182 12:30 or 2021-07-01 12:30"
        aria-invalid={isWrong}
        placeholder="2021:182 12:30"
        size={16}
        autocomplete="off"
      />
      <button>Go</button>
    </form>
  );
}
