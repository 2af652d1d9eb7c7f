import { rule, write, type Surface } from './canvas-plot';
import { type DayRow, HOURS, runsOf } from './day-rows';
import { formatClock } from './time-text';

/** What a day is drawn with. */
export interface DayDrawing {
  readonly rows: readonly DayRow[];
  /** Height of a row in the unit of the values. */
  readonly rowHeight: number;
  /** From one instant of a row to the next, in milliseconds. */
  readonly stepMs: number;
}

/** Room for labels around the rows, in CSS pixels; `day-view.css` has the same. */
const MARGIN = { left: 52, right: 12, top: 12, bottom: 40 };

const MINUTES = [0, 10, 20, 30, 40, 50, 60];

/** Rows that a trace may reach into, up and down: it is clipped beyond. */
const REACH = 1.5;

/** Draws the rows with their hours, and the minutes below. */
export function drawDay(surface: Surface, { rows, rowHeight, stepMs }: DayDrawing): void {
  const { context, colors } = surface;
  const width = surface.width - MARGIN.left - MARGIN.right;
  const bottom = surface.height - MARGIN.bottom;
  const pitch = (bottom - MARGIN.top) / HOURS;
  const xOf = (place: number): number => MARGIN.left + place * width;

  for (const minute of MINUTES) {
    const x = Math.round(xOf(minute / 60)) + 0.5;
    rule(surface, [x, MARGIN.top], [x, bottom + 4], colors.line);
    write(surface, String(minute), { x, y: bottom + 14, color: colors.ink });
  }
  write(surface, 'minute of the hour, UTC', { x: xOf(0.5), y: bottom + 31, color: colors.muted });

  context.save();
  context.beginPath();
  context.rect(MARGIN.left, 0, width, surface.height);
  context.clip();
  rows.forEach((row, hour) => {
    const middle = MARGIN.top + (hour + 0.5) * pitch;
    // Neighbours cross when the ground moves: two colours keep them apart.
    context.strokeStyle = context.fillStyle = hour % 2 === 0 ? colors.ink : colors.accent;
    context.lineWidth = 1;
    const yOf = (value: number): number => {
      const rowsUp = Math.min(REACH, Math.max(-REACH, value / rowHeight));
      return middle - rowsUp * pitch;
    };
    for (const run of runsOf(row, stepMs)) drawRun(context, row, run, xOf, yOf);
  });
  context.restore();
  rows.forEach(({ start, range }, hour) => {
    const at = { x: MARGIN.left - 8, y: MARGIN.top + (hour + 0.5) * pitch, align: 'right' } as const;
    // An hour without samples is blank, and its label is faint.
    write(surface, formatClock(start, 'minutes'), {
      ...at,
      color: range === undefined ? colors.muted : colors.ink,
    });
  });
}

/** A band from smallest to largest values, and its outline, so that it shows also where the two are equal. */
function drawRun(
  context: CanvasRenderingContext2D,
  { place, min, max }: DayRow,
  { start, end }: { start: number; end: number },
  xOf: (place: number) => number,
  yOf: (value: number) => number,
): void {
  context.beginPath();
  for (let i = start; i < end; i++) context.lineTo(xOf(place[i]!), yOf(max[i]!));
  for (let i = end - 1; i >= start; i--) context.lineTo(xOf(place[i]!), yOf(min[i]!));
  // A sample between two gaps would be a line without length.
  if (end - start === 1) context.lineTo(xOf(place[start]!) + 1, yOf(min[start]!));
  context.closePath();
  context.fill();
  context.stroke();
}
