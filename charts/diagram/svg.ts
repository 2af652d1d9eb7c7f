/** Draws a graph as SVG text. */
import type { Graph } from './graph';
import { BOX, layout, type Box, type Line, type Point } from './layout';

const STYLE = `
    text { font-family: Helvetica, Arial, sans-serif; }
    .heading { font-size: 18px; font-weight: bold; fill: #0f172a; }
    .title { font-size: 14px; font-weight: bold; fill: #0f172a; text-anchor: middle; }
    .note { font-size: 11px; fill: #334155; text-anchor: middle; }
    .own { fill: #e0f2fe; stroke: #0369a1; stroke-width: 1.5; }
    .other { fill: #f8fafc; stroke: #64748b; stroke-width: 1.2; stroke-dasharray: 5 4; }
    .edge { fill: none; stroke: #475569; stroke-width: 1.2; marker-end: url(#arrow); }
    .port { font-size: 10px; fill: #334155; text-anchor: middle; paint-order: stroke; stroke: #ffffff; stroke-width: 6px; }
  `;

export function svgOf(graph: Graph): string {
  const { boxes, lines, width, height } = layout(graph);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
  <title id="title">${escape(graph.title)}</title>
  <defs>
    <marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
      <path d="M0 0 L10 5 L0 10 z" fill="#475569"/>
    </marker>
  </defs>
  <style>${STYLE}</style>
  <rect width="${width}" height="${height}" fill="#ffffff"/>
  <text class="heading" x="24" y="32">${escape(graph.title)}</text>
${[...lines.map(drawLine), ...boxes.map(drawBox), ...lines.map(drawLabel)].join('\n')}
</svg>
`;
}

function drawBox({ node, x, y }: Box): string {
  const center = x + BOX.width / 2;
  const notes = node.notes.map(
    (note, i) => `  <text class="note" x="${center}" y="${y + 42 + i * 15}">${escape(note)}</text>`,
  );
  const title = y + (node.notes.length === 0 ? 38 : 24);
  return [
    `  <rect class="${node.own ? 'own' : 'other'}" x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="8"/>`,
    `  <text class="title" x="${center}" y="${title}">${escape(node.title)}</text>`,
    ...notes,
  ].join('\n');
}

/** Radius of a line's corners. */
const CORNER = 16;

/** A line through the points, with rounded corners. */
function drawLine({ points }: Line): string {
  const [first, ...corners] = points;
  const last = corners.pop();
  if (!first || !last) throw new Error('a line needs at least two points');
  const curves = corners.map((corner, i) => {
    const before = towards(corner, corners[i - 1] ?? first);
    const after = towards(corner, corners[i + 1] ?? last);
    return `L${at(before)} Q${at(corner)} ${at(after)}`;
  });
  return `  <path class="edge" d="M${at(first)} ${[...curves, `L${at(last)}`].join(' ')}"/>`;
}

/** The point between `a` and `b` where the rounded corner at `a` begins. */
function towards(a: Point, b: Point): Point {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const share = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return { x: Math.round(a.x + (b.x - a.x) * share), y: Math.round(a.y + (b.y - a.y) * share) };
}

function drawLabel({ edge, label }: Line): string {
  return `  <text class="port" x="${label.x}" y="${label.y + 4}">${escape(edge.label)}</text>`;
}

const at = ({ x, y }: Point) => `${x} ${y}`;

const escape = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
