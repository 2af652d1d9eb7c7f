import { useCallback, useMemo, useRef, useState } from 'preact/hooks';

import type { SeriesAnswer, Session } from '../api';
import { CanvasPlot, type Surface } from './canvas-plot';
import { drawDay } from './day-drawing';
import { type DayRow, dayRows, HOURS, type RowTrend, usualHeight } from './day-rows';
import { formatValue } from './number-ticks';
import { Notice, useSeries } from './series-answer';
import { formatClock, formatDate, formatDay } from './time-text';

const DAY_MS = 86_400_000;

/** Six seconds each: about one for every two pixels of a wide screen. */
const POINTS = HOURS * 600;

/** How much larger than usual traces may be drawn. */
const FACTORS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];

/** Which channel of which day. */
export interface DayViewProps {
  readonly site: string;
  readonly session: Session;
  readonly channel: string;
  readonly unit: string;
  /** 00:00 UTC, in milliseconds since 1970. */
  readonly day: number;
  /** Called with the ends of the hour that was chosen. @default - hours cannot be chosen */
  readonly onPick?: ((start: number, end: number) => void) | undefined;
}

/** A day as 24 rows of an hour, or a sentence on why there is none and what to do. */
export function DayView(props: DayViewProps) {
  const { site, session, channel, unit, day } = props;
  const query = { site, session, channels: [channel], unit, start: day, end: day + DAY_MS };
  const asked = useSeries(query, POINTS);
  if (asked.state === 'loading') {
    return (
      <Notice>
        Loading {formatDay(day)} of {channel}…
      </Notice>
    );
  }
  if (asked.state === 'failed') {
    return (
      <Notice isError retry={asked.retry}>
        {asked.reason}
      </Notice>
    );
  }
  return <Day {...props} answer={asked.answer} />;
}

function Day(props: DayViewProps & { readonly answer: SeriesAnswer }) {
  const { site, channel, unit, day, answer, onPick } = props;
  const [trend, setTrend] = useState<RowTrend>('line');
  const [factor, setFactor] = useState(1);
  const rows = useMemo(() => dayRows(answer, day, trend), [answer, day, trend]);
  const usual = useMemo(() => usualHeight(rows), [rows]);
  const rowHeight = usual / factor;
  const stepMs = answer.bucketMs ?? answer.intervalMs;
  const draw = useCallback(
    (surface: Surface) => drawDay(surface, { rows, rowHeight, stepMs }),
    [rows, rowHeight, stepMs],
  );

  const filled = rows.filter(({ range }) => range !== undefined);
  if (filled.length === 0) {
    return (
      <Notice>
        {channel} has no samples on {formatDay(day)} ({formatDate(day)}). Choose another day, session or
        channel.
      </Notice>
    );
  }
  const largest = filled.reduce((most, row) => (row.range! > most.range! ? row : most));
  const covered = rows.reduce((sum, row) => sum + row.covered, 0) / HOURS;
  const summary =
    `${channel} of ${site} on ${formatDay(day)}, a row for each hour, ${percent(covered)} with samples. ` +
    `Largest range: ${formatValue(largest.range)} ${unit} in the hour from ${formatClock(largest.start, 'minutes')} UTC.`;

  return (
    <section class="day-view" aria-label={`Day ${formatDay(day)}`}>
      <div class="plot-controls">
        <strong>
          {formatDay(day)} ({formatDate(day)})
        </strong>
        <label>
          Scale{' '}
          <select value={factor} onChange={(event) => setFactor(Number(event.currentTarget.value))}>
            {FACTORS.map((it) => (
              <option key={it} value={it}>
                {it === 1 ? 'Auto' : `Auto × ${it}`}
              </option>
            ))}
          </select>
        </label>
        <label>
          Remove from each hour{' '}
          <select value={trend} onChange={(event) => setTrend(event.currentTarget.value as RowTrend)}>
            <option value="line">Line</option>
            <option value="mean">Mean</option>
          </select>
        </label>
        <span>
          A row is {formatValue(rowHeight)} {unit} high
        </span>
      </div>
      <div class="day-view-plot">
        <CanvasPlot class="day-view-canvas" label={summary} draw={draw} />
        {onPick && <Hours rows={rows} unit={unit} onPick={onPick} />}
      </div>
    </section>
  );
}

/** Buttons over the rows, of which one can be reached by Tab, and the others from there by arrow keys. */
function Hours(props: {
  readonly rows: readonly DayRow[];
  readonly unit: string;
  readonly onPick: (start: number, end: number) => void;
}) {
  const { rows, unit, onPick } = props;
  const [reached, setReached] = useState(0);
  const group = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = { ArrowUp: reached - 1, ArrowDown: reached + 1, Home: 0, End: HOURS - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    group.current!.querySelectorAll('button')[Math.min(HOURS - 1, Math.max(0, to))]?.focus();
  };
  return (
    <div
      class="day-view-hours"
      role="group"
      aria-label="Hours: Enter opens one"
      ref={group}
      onKeyDown={onKeyDown}
    >
      {rows.map(({ start, end, range, covered }, hour) => (
        <button
          key={hour}
          type="button"
          tabIndex={hour === reached ? 0 : -1}
          aria-label={
            `${formatClock(start, 'minutes')} to ${formatClock(end, 'minutes')}: ` +
            (range === undefined
              ? 'no samples'
              : `range ${formatValue(range)} ${unit}, ${percent(covered)} with samples`)
          }
          onFocus={() => setReached(hour)}
          onClick={() => onPick(start, end)}
        />
      ))}
    </div>
  );
}

/** Not 100 % while anything is missing. */
function percent(part: number): string {
  return `${part >= 1 ? 100 : Math.min(99, Math.round(100 * part))} %`;
}
