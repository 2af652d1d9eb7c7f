import { useEffect, useRef } from 'preact/hooks';

import type { SessionSummary } from '../api';
import type { Go } from './address';
import { BY_KEY, type Cursor } from './cursor';
import { isTyping } from './keys';
import { endingAt, pan, zoom } from './span';
import { closest, type Traces } from './traces';
import type { ViewState } from './url-state';
import type { TracesFeed } from './use-traces';

interface KeysOptions {
  readonly seen: TracesFeed;
  readonly session: SessionSummary;
  readonly go: Go;
  readonly cursor: Cursor;
  readonly traces: Traces;
  readonly isFollowing: boolean;
  readonly onMarker: () => void;
}

/** The keys of the traces; help.tsx lists them. */
export function useKeys(options: KeysOptions): void {
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (isTyping(event) || !act(event, latest.current)) return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

/** Whether the key means something. */
function act({ key, shiftKey }: KeyboardEvent, options: KeysOptions): boolean {
  const { seen, session, go, cursor, isFollowing, onMarker } = options;
  const { span } = seen;
  const length = span.end - span.start;
  // Without a cursor to zoom around, what follows goes on following.
  const zoomed = (factor: number): ViewState['time'] =>
    isFollowing && cursor.time === null
      ? { follow: Math.round(length * factor) }
      : zoom(span, factor, cursor.time ?? undefined);
  switch (key) {
    case 'ArrowLeft':
      go({ time: pan(span, shiftKey ? -1 : -0.25) }, 'gesture');
      return true;
    case 'ArrowRight':
      go({ time: pan(span, shiftKey ? 1 : 0.25) }, 'gesture');
      return true;
    case '+':
    case '=':
      go({ time: zoomed(0.5) }, 'gesture');
      return true;
    case '-':
    case '_':
      go({ time: zoomed(2) }, 'gesture');
      return true;
    case 'Home':
      go({ time: endingAt(session.firstTime + length * 0.98, length) });
      return true;
    case 'End':
      go({ time: endingAt(seen.newest + length * 0.02, length) });
      return true;
    case 'f':
      go({ time: { follow: Math.round(length) } });
      return true;
    case ',':
    case '<':
      step(options, shiftKey ? -10 : -1);
      return true;
    case '.':
    case '>':
      step(options, shiftKey ? 10 : 1);
      return true;
    case 'm':
      onMarker();
      return true;
    default:
      return false;
  }
}

/** Moves the cursor by samples; it begins in the middle. */
function step({ cursor, traces, seen }: KeysOptions, samples: number): void {
  const { start, end } = seen.span;
  const at = closest(traces.time, cursor.time ?? (start + end) / 2);
  const next = traces.time[Math.max(0, Math.min(traces.time.length - 1, at + samples))];
  if (next !== undefined && next >= start && next <= end) cursor.move(next, BY_KEY);
}
