import { useEffect, useState } from 'preact/hooks';

import type { Marker } from '../api';
import { BY_KEY, type Cursor } from './cursor';
import { formatNumber, formatValue } from './number-ticks';
import type { Span } from './span';
import { formatInstant, formatLength } from './time-text';
import { closest, type Trace, type Traces } from './traces';

/** The time under the cursor, as state of a component: only what shows it is rendered when it moves. */
export function useCursorTime(cursor: Cursor): number | null {
  const [time, setTime] = useState(cursor.time);
  useEffect(() => cursor.listen(setTime), [cursor]);
  return time;
}

/** The value of a channel under the cursor; without a cursor, its last value. */
export function CursorValue(props: { cursor: Cursor; traces: Traces; trace: Trace | undefined }) {
  const { cursor, traces, trace } = props;
  const time = useCursorTime(cursor);
  if (!trace) return null;
  if (time === null) {
    const last = trace.line.findLastIndex((value) => value !== null);
    return (
      <span class="cursor-value muted">
        last {formatValue(trace.line[last])} {trace.unit}
      </span>
    );
  }
  const index = closest(traces.time, time);
  const range = trace.envelope && (
    <span class="muted">
      {' '}
      {formatValue(trace.envelope.min[index])} … {formatValue(trace.envelope.max[index])}
    </span>
  );
  return (
    <span class="cursor-value">
      {formatValue(trace.line[index])} {trace.unit}
      {range}
    </span>
  );
}

/** The time of the sample under the cursor. */
export function CursorTime({ cursor, traces }: { cursor: Cursor; traces: Traces | undefined }) {
  const time = useCursorTime(cursor);
  const sample = time === null ? undefined : traces?.time[closest(traces.time, time)];
  const shown = sample ?? time;
  if (shown === null) return <span class="cursor-time muted">Point at a trace to read it</span>;
  const width = traces?.bucketMs ? ` + ${formatLength(traces.bucketMs)}` : '';
  return (
    <span class="cursor-time">
      {formatInstant(Math.round(shown), (traces?.intervalMs ?? 1000) < 1000)}
      {width} UTC
    </span>
  );
}

/** For screen readers: what is under a cursor that keys move. A mouse would make it speak without end. */
export function CursorSpeech({ cursor, traces }: { cursor: Cursor; traces: Traces }) {
  const [text, setText] = useState('');
  useEffect(
    () =>
      cursor.listen((time, from) => {
        if (time === null || from !== BY_KEY) return;
        const index = closest(traces.time, time);
        const values = traces.channels.map(
          ({ name, line, unit }) => `${name} ${formatValue(line[index])} ${unit}`,
        );
        setText(`${formatInstant(Math.round(time))}: ${values.join(', ')}`);
      }),
    [cursor, traces],
  );
  return (
    <span class="hidden" role="status">
      {text}
    </span>
  );
}

/** Beside the cursor: what a gap that it is in lacks, and the text of a marker that it is at. */
export function CursorNote(props: {
  readonly cursor: Cursor;
  readonly traces: Traces;
  readonly span: Span;
  readonly markers: readonly Marker[];
}) {
  const { cursor, traces, span, markers } = props;
  const time = useCursorTime(cursor);
  if (time === null) return null;
  const near = (span.end - span.start) * 0.004;
  const gap = traces.gaps.find(
    ({ start, end }) => time > Math.min(start, end - near) && time < Math.max(end, start + near),
  );
  const marker = markers.find((it) => Math.abs(it.time - time) < near);
  if (!gap && !marker) return null;
  return (
    <div class="cursor-note">
      {gap && (
        <p>
          Gap of {formatLength(gap.end - gap.start)}: {formatNumber(gap.missing, 0)} missing
          <br />
          <small>
            {formatInstant(gap.start)} – {formatInstant(gap.end)}
          </small>
        </p>
      )}
      {marker && <p>{marker.text}</p>}
    </div>
  );
}
