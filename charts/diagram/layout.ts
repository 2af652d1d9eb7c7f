/**
 * Lays out a graph from left to right: clients are left of the services that they connect to, and links run
 * around the boxes. The same graph always gets the same layout.
 */
import * as untyped from '@dagrejs/dagre';
import type { Edge, Graph, Node } from './graph';

/**
 * The part of dagre used here. dagre 3 ships type declarations whose relative imports lack the file extension
 * that Node's module resolution requires, so TypeScript cannot follow them.
 */
interface Dagre {
  readonly Graph: new (options: { directed: boolean }) => PlacedGraph;
  /** Sets the positions of all nodes and edges, and the size of the graph. */
  layout(graph: PlacedGraph): void;
}

interface PlacedGraph {
  setGraph(label: Readonly<Record<string, string | number>>): void;
  setNode(id: string, label: { width: number; height: number }): void;
  setEdge(from: string, to: string, label: { width: number; height: number; labelpos: string }): void;
  graph(): { width?: number; height?: number };
  node(id: string): Point;
  edge(from: string, to: string): Point & { points: Point[] };
}

const dagre = untyped as unknown as Dagre;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node and its upper left corner. */
export interface Box extends Point {
  readonly node: Node;
}

/** A link: the points that its line bends at, and the middle of its label. */
export interface Line {
  readonly edge: Edge;
  readonly points: readonly Point[];
  readonly label: Point;
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

export const BOX = { width: 186, height: 66 } as const;

/** Space for a label: about the width of one letter at a font size of ten pixels. */
const LETTER = 6;
const LABEL_HEIGHT = 12;

/** Space for the heading. */
const TOP = 48;

export function layout({ nodes, edges }: Graph): Layout {
  const graph = new dagre.Graph({ directed: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 26, edgesep: 14, ranksep: 64, marginx: 24, marginy: 20 });
  for (const { id } of nodes) graph.setNode(id, { ...BOX });
  for (const { from, to, label } of edges) {
    graph.setEdge(from, to, { width: label.length * LETTER, height: LABEL_HEIGHT, labelpos: 'c' });
  }
  dagre.layout(graph);
  const moved = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y + TOP) });
  const { width = 0, height = 0 } = graph.graph();
  const boxes = nodes.map((node) => {
    const { x, y } = graph.node(node.id);
    return { node, ...moved({ x: x - BOX.width / 2, y: y - BOX.height / 2 }) };
  });
  const lines = edges.map((edge) => {
    const { points, x, y } = graph.edge(edge.from, edge.to);
    return { edge, points: points.slice(1, -1).map(moved), label: moved({ x, y }) };
  });
  return { width: Math.ceil(width), height: Math.ceil(height + TOP), boxes, lines: attached(lines, boxes) };
}

/**
 * Lines begin and end at the sides of boxes, spread evenly over each side. If all lines of a side met in its
 * middle, they could cross the box above or below.
 */
function attached(lines: readonly Line[], boxes: readonly Box[]): Line[] {
  const ends = lines.flatMap((line) => {
    const [from, to] = [line.edge.from, line.edge.to].map((id) => boxes.find(({ node }) => node.id === id));
    if (!from || !to)
      throw new Error(`the link ${line.edge.from} to ${line.edge.to} has an end that is not a node`);
    const forth = to.x > from.x;
    return [
      { line, box: from, right: forth, next: line.points[0] ?? to },
      { line, box: to, right: !forth, next: line.points.at(-1) ?? from },
    ];
  });
  const point = (end: (typeof ends)[number]): Point => {
    const side = ends
      .filter(({ box, right }) => box === end.box && right === end.right)
      .sort((a, b) => a.next.y - b.next.y);
    const share = (side.indexOf(end) + 1) / (side.length + 1);
    return { x: end.box.x + (end.right ? BOX.width : 0), y: Math.round(end.box.y + BOX.height * share) };
  };
  return lines.map((line) => {
    const [start, stop] = ends.filter((end) => end.line === line).map(point);
    return { ...line, points: [...(start ? [start] : []), ...line.points, ...(stop ? [stop] : [])] };
  });
}
