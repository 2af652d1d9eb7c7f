import { write, rule, type Surface } from './canvas-plot';
import { colorAt } from './color-map';
import { formatFrequency, fractionOf, frequencyAt, type FrequencyAxis, logTicks } from './frequency-axis';
import { formatNumber, numberTicks } from './number-ticks';
import type { Cell, TimedSpectrogram } from './spectrogram-data';
import { paint } from './spectrogram-image';
import { timeTicks } from './time-ticks';

/** What a spectrogram is drawn with. */
export interface Drawing {
  readonly shown: TimedSpectrogram;
  /** Instants of the edges. */
  readonly start: number;
  readonly end: number;
  readonly axis: FrequencyAxis;
  /** Decibels of the ends of the colours. */
  readonly range: readonly [number, number];
  /** For example `counts²/Hz`. */
  readonly densityUnit: string;
}

/** Room for labels around the cells, in CSS pixels. */
const MARGIN = { left: 68, right: 92, top: 22, bottom: 42 };
const BAR = { gap: 14, width: 14 };

/** The rectangle of the cells. */
function frameOf({ width, height }: { width: number; height: number }) {
  return {
    left: MARGIN.left,
    top: MARGIN.top,
    width: Math.max(1, width - MARGIN.left - MARGIN.right),
    height: Math.max(1, height - MARGIN.top - MARGIN.bottom),
  };
}

/** Instant and frequency of a point, or undefined outside the cells. */
export function placeAt(x: number, y: number, size: { width: number; height: number }, drawing: Drawing) {
  const frame = frameOf(size);
  const [across, up] = [(x - frame.left) / frame.width, 1 - (y - frame.top) / frame.height];
  if (across < 0 || across > 1 || up < 0 || up > 1) return undefined;
  return {
    time: drawing.start + across * (drawing.end - drawing.start),
    frequency: frequencyAt(up, drawing.axis),
  };
}

/** Draws cells, axes and colour bar. */
export function drawSpectrogram(surface: Surface, drawing: Drawing): void {
  const { context, scale, colors } = surface;
  const frame = frameOf(surface);
  const [width, height] = [Math.round(frame.width * scale), Math.round(frame.height * scale)];
  const { shown, start, end, axis, range } = drawing;
  const image = context.createImageData(width, height);
  image.data.set(paint(shown, { width, height, start, end, axis, range }));
  context.putImageData(image, Math.round(frame.left * scale), Math.round(frame.top * scale));

  const bottom = frame.top + frame.height;
  timeTicks(start, end, frame.width / 90).forEach(({ time, label, context: day }) => {
    const x = Math.round(frame.left + (frame.width * (time - start)) / (end - start)) + 0.5;
    rule(surface, [x, bottom], [x, bottom + 5], colors.muted);
    write(surface, label, { x, y: bottom + 14, color: colors.ink });
    if (day) write(surface, day, { x, y: bottom + 30, color: colors.muted });
  });
  const most = frame.height / 36;
  const frequencies = axis.isLog
    ? logTicks(axis.low, axis.high, most)
    : numberTicks(axis.low, axis.high, most).values;
  frequencies.forEach((frequency) => {
    const y = Math.round(bottom - frame.height * fractionOf(frequency, axis)) + 0.5;
    rule(surface, [frame.left - 5, y], [frame.left, y], colors.muted);
    write(surface, formatFrequency(frequency), { x: frame.left - 8, y, color: colors.ink, align: 'right' });
  });
  outline(surface, frame.left, frame.top, frame.width, frame.height);
  drawBar(surface, drawing);
}

function drawBar(surface: Surface, { range, densityUnit }: Drawing): void {
  const { context, colors, width } = surface;
  const frame = frameOf(surface);
  const left = frame.left + frame.width + BAR.gap;
  const bottom = frame.top + frame.height;
  for (let y = 0; y < frame.height; y++) {
    context.fillStyle = `rgb(${colorAt(1 - y / frame.height).join(' ')})`;
    context.fillRect(left, frame.top + y, BAR.width, 1);
  }
  outline(surface, left, frame.top, BAR.width, frame.height);
  const { values, decimals } = numberTicks(range[0], range[1], frame.height / 36);
  values.forEach((value) => {
    const y = Math.round(bottom - (frame.height * (value - range[0])) / (range[1] - range[0])) + 0.5;
    rule(surface, [left + BAR.width, y], [left + BAR.width + 4, y], colors.muted);
    const at = { x: left + BAR.width + 8, y, color: colors.ink, align: 'left' } as const;
    write(surface, formatNumber(value, decimals), at);
  });
  write(surface, `dB re 1 ${densityUnit}`, { x: width - 2, y: 10, color: colors.muted, align: 'right' });
}

/** Draws a cross at a cell, light and dark so that it shows on all colours. */
export function drawCursor(surface: Surface, cell: Cell, { shown, start, end, axis }: Drawing): void {
  const frame = frameOf(surface);
  const across = (shown.times[cell.column]! - start) / (end - start);
  const x = Math.round(frame.left + frame.width * across) + 0.5;
  const up = Math.min(1, Math.max(0, fractionOf(shown.frequencies[cell.bin]!, axis)));
  const y = Math.round(frame.top + frame.height * (1 - up)) + 0.5;
  const { context } = surface;
  for (const [color, width] of [
    ['#000000', 3],
    ['#ffffff', 1],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x, frame.top);
    context.lineTo(x, frame.top + frame.height);
    context.moveTo(frame.left, y);
    context.lineTo(frame.left + frame.width, y);
    context.stroke();
  }
}

function outline({ context, colors }: Surface, x: number, y: number, width: number, height: number): void {
  context.strokeStyle = colors.muted;
  context.lineWidth = 1;
  context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
}
