import { formatNumber, numberTicks, paddedRange } from './number-ticks';
import type { Span } from './span';
import { timeTicks } from './time-ticks';
import type { Trace, Traces, Values } from './traces';

/** What is drawn: the channels, one above the other, over one time axis. */
export interface Picture {
  readonly title: string;
  /** Second line, for example what was subtracted. */
  readonly subtitle: string;
  readonly span: Span;
  readonly traces: Traces;
  /** Label of a channel, for people. */
  readonly labelOf: (name: string) => string;
  readonly markers: readonly { readonly time: number; readonly text: string }[];
  readonly width: number;
  /** Of one channel. */
  readonly height: number;
  readonly colors: PictureColors;
}

/** Colours of a picture. */
export interface PictureColors {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly gap: string;
  readonly marker: string;
  readonly lineOf: (channel: string) => string;
}

const LEFT = 92;
const RIGHT = 16;
const TOP = 58;
const BOTTOM = 48;
const BETWEEN = 26;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** Escapes text for XML. Characters that XML does not allow are left out. */
export function xml(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- XML 1.0 forbids these, even as references
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"']/g, (it) => `&#${it.charCodeAt(0)};`)
  );
}

/** The picture as an SVG file, which needs nothing else to be shown. */
export function svgOf(picture: Picture): string {
  const { title, subtitle, traces, width, height, colors } = picture;
  const total = TOP + traces.channels.length * (height + BETWEEN) + BOTTOM;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}"` +
      ` font-family="${xml(FONT)}" font-size="12" fill="${colors.text}">`,
    `<title>${xml(title)}</title>`,
    `<rect width="${width}" height="${total}" fill="${colors.background}"/>`,
    `<text x="${LEFT}" y="24" font-size="16" font-weight="600">${xml(title)}</text>`,
    `<text x="${LEFT}" y="42" fill="${colors.muted}">${xml(subtitle)}</text>`,
    ...traces.channels.map((trace, index) => panel(picture, trace, index)),
    timeAxis(picture, total - BOTTOM - BETWEEN + 14),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function xOf({ span, width }: Picture): (time: number) => number {
  const scale = (width - LEFT - RIGHT) / (span.end - span.start);
  return (time) => LEFT + (time - span.start) * scale;
}

function panel(picture: Picture, trace: Trace, index: number): string {
  const { width, height, span, traces, colors } = picture;
  const top = TOP + index * (height + BETWEEN) + 14;
  const plot = height - 14;
  const color = colors.lineOf(trace.name);
  const x = xOf(picture);
  const seen = traces.time.map((time) => time >= span.start && time <= span.end);
  const [low, high] = rangeOf(trace, seen);
  const y = (value: number): number => top + plot - ((value - low) / (high - low)) * plot;
  const ticks = numberTicks(low, high, Math.max(2, plot / 34));
  const clip = `clip-${index}`;
  const shades = traces.gaps.map(
    (gap) =>
      `<rect x="${r(x(gap.start))}" y="${top}" width="${r(x(gap.end) - x(gap.start))}" height="${plot}" fill="${colors.gap}"/>`,
  );
  const { envelope } = trace;
  return [
    `<g><clipPath id="${clip}"><rect x="${LEFT}" y="${top}" width="${width - LEFT - RIGHT}" height="${plot}"/></clipPath>`,
    `<text x="${LEFT}" y="${top - 5}" font-weight="600" fill="${color}">${xml(picture.labelOf(trace.name))}</text>`,
    ...ticks.values.map(
      (value) =>
        `<path d="M${LEFT} ${r(y(value))}H${width - RIGHT}" stroke="${colors.grid}"/>` +
        `<text x="${LEFT - 8}" y="${r(y(value) + 4)}" text-anchor="end">${formatNumber(value, ticks.decimals)}</text>`,
    ),
    `<text transform="translate(14 ${top + plot / 2}) rotate(-90)" text-anchor="middle" fill="${colors.muted}">${xml(trace.unit)}</text>`,
    `<g clip-path="url(#${clip})">`,
    ...shades,
    envelope
      ? `<path d="${area(traces.time, envelope.min, envelope.max, x, y)}" fill="${color}" fill-opacity="0.25"/>`
      : '',
    `<path d="${line(traces.time, trace.line, x, y)}" fill="none" stroke="${color}" stroke-width="1.2" stroke-linejoin="round" stroke-linecap="round"/>`,
    ...picture.markers.map(({ time, text }) =>
      marker(r(x(time)), top, plot, index === 0 ? text : '', colors),
    ),
    '</g>',
    `<path d="M${LEFT} ${top}V${top + plot}H${width - RIGHT}" fill="none" stroke="${colors.muted}"/></g>`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function marker(x: number, top: number, height: number, text: string, colors: PictureColors): string {
  const label =
    text === '' ? '' : `<text x="${r(x + 4)}" y="${top + 12}" fill="${colors.marker}">${xml(text)}</text>`;
  return `<path d="M${x} ${top}v${height}" stroke="${colors.marker}" stroke-dasharray="4 3"/>${label}`;
}

function timeAxis(picture: Picture, top: number): string {
  const { span, width, colors } = picture;
  const x = xOf(picture);
  return timeTicks(span.start, span.end, (width - LEFT - RIGHT) / 90)
    .map(
      ({ time, label, context }) =>
        `<path d="M${r(x(time))} ${top - 14}v6" stroke="${colors.muted}"/>` +
        `<text x="${r(x(time))}" y="${top + 8}" text-anchor="middle">${label}</text>` +
        `<text x="${r(x(time))}" y="${top + 24}" text-anchor="middle" fill="${colors.muted}">${context}</text>`,
    )
    .join('\n');
}

function rangeOf({ line, envelope }: Trace, seen: readonly boolean[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of envelope ? [envelope.min, envelope.max] : [line]) {
    values.forEach((value, index) => {
      if (value === null || !seen[index]) return;
      low = Math.min(low, value);
      high = Math.max(high, value);
    });
  }
  return paddedRange(low, high);
}

type Scale = (value: number) => number;

function line(time: readonly number[], values: Values, x: Scale, y: Scale): string {
  return runs(values)
    .map(([from, to]) => {
      const points = time.slice(from, to).map((at, index) => `${r(x(at))} ${r(y(values[from + index]!))}`);
      // A sample between two gaps is a dot, which the round cap draws.
      return points.length === 1 ? `M${points[0]}h0` : `M${points.join('L')}`;
    })
    .join('');
}

function area(time: readonly number[], min: Values, max: Values, x: Scale, y: Scale): string {
  return runs(min)
    .map(([from, to]) => {
      const edge = (values: Values): string[] =>
        time.slice(from, to).map((at, index) => `${r(x(at))} ${r(y(values[from + index]!))}`);
      return `M${[...edge(max), ...edge(min).reverse()].join('L')}Z`;
    })
    .join('');
}

/** Stretches without a missing value, as [first, after the last]. */
function runs(values: Values): [number, number][] {
  const found: [number, number][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const last = found.at(-1);
    if (last?.[1] === index) last[1]++;
    else found.push([index, index + 1]);
  });
  return found;
}

/** Tenths of a pixel are enough, and keep files small. */
function r(value: number): number {
  return Math.round(value * 10) / 10;
}
