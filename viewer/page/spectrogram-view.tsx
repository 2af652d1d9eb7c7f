import { useCallback, useMemo, useState } from 'preact/hooks';

import type { SeriesAnswer, Session } from '../api';
import { CanvasPlot } from './canvas-plot';
import { formatFrequency } from './frequency-axis';
import { formatNumber } from './number-ticks';
import { Notice, useSeries } from './series-answer';
import {
  type Cell,
  cellAt,
  decibelRange,
  densityUnit,
  evenSamples,
  loudest,
  movedBy,
  type TimedSpectrogram,
  timedSpectrogram,
  usualWindow,
  windowChoices,
} from './spectrogram-data';
import { type Drawing, drawCursor, drawSpectrogram, placeAt } from './spectrogram-drawing';
import { formatClock, formatDay, formatLength } from './time-text';

/** Which channel, and from when to when, in milliseconds since 1970 UTC. */
export interface SpectrogramViewProps {
  readonly site: string;
  readonly session: Session;
  readonly channel: string;
  readonly unit: string;
  readonly start: number;
  readonly end: number;
  /** Nominal interval of the session. */
  readonly intervalMs: number;
}

/** The power of a channel by time and frequency, or a sentence on why there is none and what to do. */
export function SpectrogramView(props: SpectrogramViewProps) {
  const { site, session, channel, unit, start, end, intervalMs } = props;
  const points = Math.max(1, Math.ceil((end - start) / intervalMs));
  const asked = useSeries({ site, session, channels: [channel], unit, start, end }, points);
  if (asked.state === 'loading') return <Notice>Loading the samples of {channel}…</Notice>;
  if (asked.state === 'failed') {
    return (
      <Notice isError retry={asked.retry}>
        {asked.reason}
      </Notice>
    );
  }
  if (asked.answer.time.length === 0) {
    return (
      <Notice>
        {channel} has no samples from {instant(start)} to {instant(end)}. Choose another time or channel.
      </Notice>
    );
  }
  if (asked.answer.bucketMs !== null) {
    return (
      <Notice>
        {formatLength(end - start)} is too long for a spectrogram: it needs every sample. Choose a shorter
        time, or a slower session.
      </Notice>
    );
  }
  return <Ready {...props} answer={asked.answer} />;
}

function Ready(props: SpectrogramViewProps & { readonly answer: SeriesAnswer }) {
  const { answer, intervalMs } = props;
  const samples = useMemo(() => evenSamples(answer).length, [answer]);
  const choices = windowChoices(samples);
  const [chosen, setChosen] = useState<number>();
  const [isLog, setLog] = useState(false);
  const usual = Math.min(usualWindow(samples), choices.at(-1) ?? Infinity);
  const window = chosen !== undefined && choices.includes(chosen) ? chosen : usual;
  const shown = useMemo(() => timedSpectrogram(answer, window), [answer, window]);

  return (
    <section class="spectrogram" aria-label="Spectrogram">
      <div class="plot-controls">
        <label>
          Window{' '}
          <select value={window} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {formatLength(choice * intervalMs)} ({choice} samples)
              </option>
            ))}
          </select>
        </label>
        <label>
          <input type="checkbox" checked={isLog} onChange={(event) => setLog(event.currentTarget.checked)} />{' '}
          Logarithmic frequency
        </label>
      </div>
      {shown ? (
        <Picture {...props} shown={shown} isLog={isLog} />
      ) : (
        <Notice>
          No {formatLength(window * intervalMs)} without a gap here. Choose a shorter window or another time.
        </Notice>
      )}
    </section>
  );
}

function Picture(
  props: SpectrogramViewProps & { readonly shown: TimedSpectrogram; readonly isLog: boolean },
) {
  const { site, channel, unit, start, end, shown, isLog } = props;
  const [cell, setCell] = useState<Cell>();
  const drawing = useMemo((): Drawing => {
    const [, lowest] = shown.frequencies;
    const axis = { low: isLog ? lowest! : 0, high: shown.frequencies.at(-1)!, isLog };
    return { shown, start, end, axis, range: decibelRange(shown), densityUnit: densityUnit(unit) };
  }, [shown, start, end, unit, isLog]);
  // A cell of the spectrogram before, of another window, may be beyond this one.
  const cursor =
    cell && cell.column < shown.times.length && cell.bin < shown.frequencies.length ? cell : undefined;
  const peak = useMemo(() => loudest(shown), [shown]);
  const draw = useCallback(
    (surface: Parameters<typeof drawSpectrogram>[0]) => drawSpectrogram(surface, drawing),
    [drawing],
  );
  const drawOver = useCallback(
    (surface: Parameters<typeof drawCursor>[0]) => cursor && drawCursor(surface, cursor, drawing),
    [cursor, drawing],
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    const next =
      event.key === 'Escape' ? undefined : movedBy(event.key, event.shiftKey, cursor ?? peak, shown);
    if (!next && event.key !== 'Escape') return;
    event.preventDefault();
    setCell(next);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const place = placeAt(event.clientX - box.left, event.clientY - box.top, box, drawing);
    setCell(place && cellAt(shown, place.time, place.frequency));
  };
  const say = (at: Cell): string => describe(shown, at, unit);
  const summary =
    `Spectrogram of ${channel} of ${site} from ${instant(start)} to ${instant(end)} UTC, ` +
    `up to ${formatFrequency(drawing.axis.high)}. Loudest: ${say(peak)}`;

  return (
    <>
      {/* The keys are the plot's own: a screen reader must pass them on. */}
      <div
        class="spectrogram-plot"
        role="application"
        aria-label="Spectrogram: arrow keys move the cursor, with Shift by ten, Escape removes it"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setCell(undefined)}
        onFocus={(event) => {
          if (event.currentTarget.matches(':focus-visible')) setCell((old) => old ?? peak);
        }}
      >
        <CanvasPlot class="spectrogram-canvas" label={summary} draw={draw} />
        <CanvasPlot class="spectrogram-canvas spectrogram-cursor" draw={drawOver} />
      </div>
      <p class="plot-readout" role="status">
        {cursor ? say(cursor) : `Loudest: ${say(peak)}`}
      </p>
    </>
  );
}

/** `2021:182 00:10:05, 1.25 Hz, −31.2 dB re 1 counts²/Hz`. */
function describe(
  { times, frequencies, decibels }: TimedSpectrogram,
  { column, bin }: Cell,
  unit: string,
): string {
  const value = decibels[column]![bin] ?? null;
  const level =
    value === null
      ? 'samples missing'
      : value === -Infinity
        ? 'no power'
        : `${formatNumber(value, 1)} dB re 1 ${densityUnit(unit)}`;
  const time = times[column]!;
  return `${formatDay(time)} ${formatClock(time)}, ${formatFrequency(frequencies[bin]!)}, ${level}`;
}

function instant(time: number): string {
  return `${formatDay(time)} ${formatClock(time, 'minutes')}`;
}
