import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';

import type { Marker } from '../api';
import type { ChangeKind } from './address';
import { addGestures } from './chart-gestures';
import { chartOptions, chartSizes } from './chart-options';
import { drawGaps, drawMarkers } from './chart-overlays';
import { CursorNote, CursorValue } from './cursor-value';
import type { Cursor } from './cursor';
import { between, type Span } from './span';
import { summaryOf } from './summary';
import type { Theme } from './theme';
import type { Trace, Traces, Values } from './traces';

/** Props of TraceChart. */
export interface TraceChartProps {
  readonly label: string;
  readonly name: string;
  readonly traces: Traces;
  /** Undefined while a channel that was just switched on is loading. */
  readonly trace: Trace | undefined;
  readonly span: Span;
  readonly color: string;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  /** The first has the texts of the markers and gaps, the last the time axis. */
  readonly isFirst: boolean;
  readonly hasTimeAxis: boolean;
  readonly markers: readonly Marker[];
  readonly cursor: Cursor;
  readonly onSpan: (span: Span, kind: ChangeKind) => void;
}

/** The chart of a channel. */
export function TraceChart(props: TraceChartProps) {
  const { label, name, traces, trace, span, color, theme, width, height, hasTimeAxis, cursor } = props;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  // uPlot's hooks are given once, and see the props of the last render through this.
  const latest = useRef(props);
  latest.current = props;
  const data = useMemo(() => dataOf(traces, trace), [traces, trace]);

  useEffect(() => {
    const options = chartOptions({
      theme,
      color,
      hasTimeAxis,
      width: latest.current.width,
      height: latest.current.height,
      unit: () => latest.current.trace?.unit ?? '',
      hooks: {
        drawClear: [(u) => drawGaps(u, latest.current.traces, latest.current.theme)],
        draw: [(u) => drawMarkers(u, latest.current.markers, latest.current.theme, latest.current.isFirst)],
        setCursor: [
          (u) => {
            const left = u.cursor.left ?? -1;
            cursor.move(left < 0 ? null : u.posToVal(left, 'x'), u);
          },
        ],
        setSelect: [
          (u) => {
            const { left, width: wide } = u.select;
            if (wide <= 0) return;
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            latest.current.onSpan(between(u.posToVal(left, 'x'), u.posToVal(left + wide, 'x')), 'step');
          },
        ],
      },
    });
    const u = new uPlot(options, dataOf(latest.current.traces, latest.current.trace), frame.current!);
    plot.current = u;
    show(u, latest.current.span);
    const stops = [
      addGestures({
        over: u.over,
        axis: hasTimeAxis ? u.root.querySelector<HTMLElement>('.u-axis') : null,
        span: () => latest.current.span,
        onSpan: (next, kind) => latest.current.onSpan(next, kind),
      }),
      cursor.listen((time, from) => {
        if (from === u) return;
        const left = time === null ? -10 : u.valToPos(time, 'x');
        u.setCursor({ left, top: time === null ? -10 : 0 }, false);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      u.destroy();
    };
  }, [theme, color, hasTimeAxis, cursor]);

  useEffect(() => {
    const u = plot.current!;
    u.batch(() => {
      u.setData(data, false);
      show(u, span);
    });
  }, [data, span.start, span.end, props.markers]);

  useEffect(() => {
    plot.current!.setSize({ width, height: height + (hasTimeAxis ? chartSizes().timeAxis : 0) });
  }, [width, height, hasTimeAxis]);

  return (
    <div class="trace">
      <div class="trace-head">
        <span class="swatch" ref={(it) => it?.style.setProperty('background', color)} />
        <strong>{label}</strong> <code class="muted">{name}</code>
        <CursorValue cursor={cursor} traces={traces} trace={trace} />
      </div>
      <div class="trace-plot" ref={frame} role="img" aria-label={summaryOf(label, traces, trace, span)} />
      {props.isFirst && <CursorNote cursor={cursor} traces={traces} span={span} markers={props.markers} />}
    </div>
  );
}

function show(u: uPlot, { start, end }: Span): void {
  u.setScale('x', { min: start, max: end });
}

function dataOf(traces: Traces, trace: Trace | undefined): uPlot.AlignedData {
  // Mutable by its type, but uPlot only reads it.
  const time = traces.time as number[];
  const none = (): null[] => new Array<null>(traces.time.length).fill(null);
  const { line = none(), envelope } = trace ?? {};
  const mutable = (values: Values): (number | null)[] => values as (number | null)[];
  return [time, mutable(line), mutable(envelope?.max ?? none()), mutable(envelope?.min ?? none())];
}
