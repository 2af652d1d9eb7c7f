import uPlot from 'uplot';

import type { Marker } from '../api';
import { chartSizes } from './chart-options';
import type { Theme } from './theme';
import type { Traces } from './traces';

/** Shades the gaps, below the lines. A short one is a pixel wide, so that it is seen from afar. */
export function drawGaps(u: uPlot, { gaps }: Traces, theme: Theme): void {
  const { min, max } = u.scales.x!;
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.beginPath();
  u.ctx.rect(left, top, width, height);
  u.ctx.clip();
  u.ctx.fillStyle = theme.gap;
  for (const { start, end } of gaps) {
    if (end < min! || start > max!) continue;
    const from = u.valToPos(Math.max(start, min!), 'x', true);
    const to = u.valToPos(Math.min(end, max!), 'x', true);
    u.ctx.fillRect(from, top, Math.max(uPlot.pxRatio, to - from), height);
  }
  u.ctx.restore();
}

/** Lines of texts of markers, one below the other, so that neighbours can be read. */
const TEXT_ROWS = 4;

/** Draws the markers over the lines, where wanted with the beginning of their texts. */
export function drawMarkers(u: uPlot, markers: readonly Marker[], theme: Theme, hasText: boolean): void {
  const { min, max } = u.scales.x!;
  const { left, top, width, height } = u.bbox;
  const ratio = uPlot.pxRatio;
  const { ctx } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.strokeStyle = ctx.fillStyle = theme.marker;
  ctx.lineWidth = ratio;
  ctx.font = chartSizes().font.replace(/^\d+/, (pixels) => String(Number(pixels) * ratio));
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  const rowEnds = new Array<number>(TEXT_ROWS).fill(-Infinity);
  const lineHeight = parseInt(ctx.font, 10) * 1.2;
  for (const { time, text } of markers) {
    if (time < min! || time > max!) continue;
    const x = Math.round(u.valToPos(time, 'x', true)) + 0.5;
    ctx.setLineDash([4 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    if (!hasText) continue;
    const shown = shortened(text, 40);
    const wide = ctx.measureText(shown).width;
    // Beside the line, on the side that has room.
    const from = x + 4 * ratio + wide > left + width ? x - 4 * ratio - wide : x + 4 * ratio;
    const row = rowEnds.findIndex((end) => end < from);
    if (row < 0) continue;
    rowEnds[row] = from + wide;
    ctx.fillText(shown, from, top + 2 * ratio + row * lineHeight);
  }
  ctx.restore();
}

/** The first characters, with an ellipsis where some are left out. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
