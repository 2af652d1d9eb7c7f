import { useEffect, useRef, useState } from 'preact/hooks';

/** Colours of the page, as it is now. */
export interface Colors {
  readonly ink: string;
  readonly paper: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
}

/** What a plot is drawn on. Lengths are in CSS pixels; a device has `scale` pixels for each. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly colors: Colors;
}

/** Without a style sheet that says otherwise. */
const FALLBACK: Colors = {
  ink: '#1a2733',
  paper: '#ffffff',
  muted: '#566573',
  line: '#d5dce3',
  accent: '#0068a5',
};

/** Family and size of labels. */
export const FONT = '12px system-ui, sans-serif';

/**
 * A canvas as large as its style sheet says, drawn again when its size, the page's colours, the screen or
 * `draw` change. `label` stands for the picture where it cannot be seen; without one, it is decoration.
 */
export function CanvasPlot(props: { class: string; label?: string; draw: (surface: Surface) => void }) {
  const { label, draw } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [changes, setChanges] = useState(0);

  useEffect(() => onAppearance(canvas.current!, () => setChanges((count) => count + 1)), []);
  useEffect(() => {
    const surface = surfaceOf(canvas.current!);
    if (surface) draw(surface);
  }, [draw, changes]);

  const meaning =
    label === undefined ? { 'aria-hidden': true } : { role: 'img' as const, 'aria-label': label };
  return <canvas ref={canvas} class={props.class} {...meaning} />;
}

/** Calls back when a canvas must be drawn again, until the returned function is called. */
function onAppearance(canvas: HTMLCanvasElement, change: () => void): () => void {
  const resized = new ResizeObserver(change);
  resized.observe(canvas);
  // The page's theme is an attribute of its root; the system's is a media query.
  const themed = new MutationObserver(change);
  themed.observe(document.documentElement, { attributes: true });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', change);
  return () => {
    resized.disconnect();
    themed.disconnect();
    dark.removeEventListener('change', change);
  };
}

/** Clears a canvas for drawing; undefined while it has no size. */
function surfaceOf(canvas: HTMLCanvasElement): Surface | undefined {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext('2d');
  if (width === 0 || height === 0 || !context) return undefined;
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  context.font = FONT;
  return { context, width, height, scale, colors: colorsOf(canvas) };
}

function colorsOf(element: Element): Colors {
  const style = getComputedStyle(element);
  const color = (name: keyof Colors): string => {
    const value = style.getPropertyValue(`--${name}`).trim();
    return value === '' ? FALLBACK[name] : value;
  };
  return {
    ink: color('ink'),
    paper: color('paper'),
    muted: color('muted'),
    line: color('line'),
    accent: color('accent'),
  };
}

/** Writes a label beside or below a point. */
export function write(
  { context }: Surface,
  text: string,
  at: { x: number; y: number; color: string; align?: CanvasTextAlign; baseline?: CanvasTextBaseline },
): void {
  context.fillStyle = at.color;
  context.textAlign = at.align ?? 'center';
  context.textBaseline = at.baseline ?? 'middle';
  context.fillText(text, at.x, at.y);
}

/** Draws a line one pixel wide. */
export function rule(
  { context }: Surface,
  from: [number, number],
  to: [number, number],
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}
