import uPlot from 'uplot';

import { formatNumber, numberTicks, paddedRange } from './number-ticks';
import type { Theme } from './theme';
import { timeTicks } from './time-ticks';

/** Width of the axes of values, the same for all charts, so that their times are one below the other. */
const VALUE_AXIS = 88;
const TIME_AXIS = 42;
const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

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
  const grid = { stroke: theme.grid, width: 1 };
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: false };
  return {
    width: look.width,
    height: look.height + (hasTimeAxis ? TIME_AXIS : 0),
    padding: [6, 12, hasTimeAxis ? 0 : 6, 0],
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
        size: hasTimeAxis ? TIME_AXIS : 0,
        stroke: theme.text,
        font: FONT,
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
        size: VALUE_AXIS,
        stroke: theme.text,
        font: FONT,
        grid,
        ticks: { show: false },
        border: { show: true, stroke: theme.muted, width: 1 },
        gap: 6,
        label: look.unit,
        labelFont: FONT,
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

/** Labels of days are wide. */
function mostTicks(u: uPlot): number {
  return Math.max(2, u.bbox.width / uPlot.pxRatio / 86);
}

function mostValues(u: uPlot): number {
  return Math.max(2, u.bbox.height / uPlot.pxRatio / 34);
}
