import type { ChangeKind } from './address';
import { between, pan, type Span, zoom } from './span';

/** What gestures need of a chart. */
export interface GestureTarget {
  /** The plotting area. */
  readonly over: HTMLElement;
  /** What is dragged to move. @default - none */
  readonly axis?: HTMLElement | null;
  readonly span: () => Span;
  readonly onSpan: (span: Span, kind: ChangeKind) => void;
}

/** How far a notch of the wheel zooms. */
const WHEEL_RATE = 0.0022;

/** Wheel, dragging with Shift, dragging the axis, one finger and two. Returns how to stop listening. */
export function addGestures({ over, axis, span, onSpan }: GestureTarget): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const timeAt = (clientX: number): number => {
    const { left, width } = over.getBoundingClientRect();
    const { start, end } = span();
    return start + ((clientX - left) / width) * (end - start);
  };

  over.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const pixels =
        (isSideways ? event.deltaX || event.deltaY : event.deltaY) * (event.deltaMode === 1 ? 30 : 1);
      onSpan(
        isSideways
          ? pan(span(), pixels / over.clientWidth)
          : zoom(span(), Math.exp(Math.max(-1, Math.min(1, pixels * WHEEL_RATE))), timeAt(event.clientX)),
        'gesture',
      );
    },
    { signal, passive: false },
  );

  const fingers = new Map<number, number>();
  const begin = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    fingers.set(event.pointerId, event.clientX);
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    event.preventDefault();
  };
  const move = (event: PointerEvent): void => {
    const before = fingers.get(event.pointerId);
    if (before === undefined || before === event.clientX) return;
    const old = [...fingers.values()].map(timeAt);
    fingers.set(event.pointerId, event.clientX);
    const { start, end } = span();
    const width = over.clientWidth;
    if (fingers.size === 1) {
      onSpan(pan({ start, end }, (before - event.clientX) / width), 'gesture');
      return;
    }
    // Two fingers: the instants under them stay under them.
    const [x1, x2] = [...fingers.values()].map((x) => (x - over.getBoundingClientRect().left) / width);
    const scale = (old[1]! - old[0]!) / (x2! - x1!);
    if (!Number.isFinite(scale) || scale <= 0) return;
    const from = old[0]! - x1! * scale;
    onSpan(between(from, from + scale), 'gesture');
  };
  const finish = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
  };
  for (const element of axis ? [over, axis] : [over]) {
    element.addEventListener(
      'pointerdown',
      (event) => {
        // A plain drag over the plot selects what to zoom into: that is uPlot's.
        if (element === axis || event.shiftKey || event.pointerType === 'touch') begin(event);
      },
      { signal },
    );
    element.addEventListener('pointermove', move, { signal });
    element.addEventListener('pointerup', finish, { signal });
    element.addEventListener('pointercancel', finish, { signal });
  }
  return () => abort.abort();
}
