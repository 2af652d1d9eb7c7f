import uPlot from 'uplot';

import { formatNumber, numberTicks, paddedRange } from './number-ticks';
import type { Theme } from './theme';
import { timeTicks } from './time-ticks';

/** Pixels of a chart around what it plots; they grow with the text of the page. */
export interface ChartSizes {
  readonly font: string;
  /** Width of the axis of values, the same for all charts, so that their times are one below the other. */
  readonly valueAxis: number;
  readonly timeAxis: number;
  /** Room on the right for half of the last label of the time axis. */
  readonly right: number;
  /** Least widths of labels of times, and heights of labels of values. */
  readonly label: { readonly width: number; readonly height: number };
}

/** The sizes for the page's text, which style/base.css makes larger on large screens. */
export function chartSizes(): ChartSizes {
  const text = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return {
    // Whole pixels: uPlot reads the number before `px` for its lines.
    font: `${Math.round(text * 0.86)}px system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif`,
    valueAxis: Math.round(text * 6.3),
    timeAxis: Math.round(text * 3),
    right: Math.round(text * 2),
    label: { width: text * 6.1, height: text * 2 },
  };
}

/** What a chart is made with. */
export interface ChartLook {
  readonly theme: Theme;
  readonly color: string;
  readonly unit: () => string;
  readonly hasTimeAxis: boolean;
  readonly width: number;
  readonly height: number;
  readonly hooks: uPlot.Hooks.Arrays;
}

/** uPlot's options of a chart: the line, then the greatest and the least values of its envelope. */
export function chartOptions(look: ChartLook): uPlot.Options {
  const { theme, color, hasTimeAxis } = look;
  const sizes = chartSizes();
  const mostTicks = (u: uPlot): number => Math.max(2, u.bbox.width / uPlot.pxRatio / sizes.label.width);
  const mostValues = (u: uPlot): number => Math.max(2, u.bbox.height / uPlot.pxRatio / sizes.label.height);
  const grid = { stroke: theme.grid, width: 1 };
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: false };
  return {
    width: look.width,
    height: look.height + (hasTimeAxis ? sizes.timeAxis : 0),
    padding: [6, sizes.right, hasTimeAxis ? 0 : 6, 0],
    legend: { show: false },
    hooks: look.hooks,
    cursor: {
      y: false,
      // The selection becomes a span of all charts, by the setSelect hook.
      drag: { x: true, y: false, setScale: false, dist: 4 },
      points: { size: 7 },
      bind: {
        // With Shift, a drag moves: chart-gestures.ts.
        mousedown: (_u, _target, handler) => (event) => (event.shiftKey ? null : handler(event)),
        dblclick: () => null,
      },
    },
    scales: {
      x: { time: false, auto: false, range: (_u, min, max) => [min, max] },
      y: { range: (_u, low, high) => paddedRange(low, high) },
    },
    bands: [{ series: [2, 3], fill: `${color}40` }],
    series: [
      {},
      {
        stroke: color,
        width: 1.25,
        spanGaps: false,
        points: { size: 5, fill: color, stroke: color, space: 9 },
      },
      edge,
      edge,
    ],
    axes: [
      {
        show: true,
        size: hasTimeAxis ? sizes.timeAxis : 0,
        stroke: theme.text,
        font: sizes.font,
        grid,
        ticks: { show: hasTimeAxis, stroke: theme.muted, size: 5 },
        border: { show: hasTimeAxis, stroke: theme.muted, width: 1 },
        splits: (u, _axis, min, max) => timeTicks(min, max, mostTicks(u)).map(({ time }) => time),
        values: (u) => {
          if (!hasTimeAxis) return [];
          const { min, max } = u.scales.x!;
          return timeTicks(min!, max!, mostTicks(u)).map(({ label, context }) => `${label}\n${context}`);
        },
      },
      {
        size: sizes.valueAxis,
        stroke: theme.text,
        font: sizes.font,
        grid,
        ticks: { show: false },
        border: { show: true, stroke: theme.muted, width: 1 },
        gap: 6,
        label: look.unit,
        labelFont: sizes.font,
        labelSize: 16,
        labelGap: 0,
        splits: (u, _axis, min, max) => numberTicks(min, max, mostValues(u)).values,
        values: (u, splits) => {
          const { min, max } = u.scales.y!;
          const { decimals } = numberTicks(min!, max!, mostValues(u));
          return splits.map((value) => formatNumber(value, decimals));
        },
      },
    ],
  };
}
