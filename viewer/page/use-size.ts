import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Room below charts for the padding of the page. */
const BELOW = 64;

/** The width of an element, and the height from its top to the bottom of the window. */
export function useSize(element: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 600, height: 480 });
  useEffect(() => {
    const measure = (): void => {
      const { width, top } = element.current!.getBoundingClientRect();
      const next = {
        width: Math.max(240, Math.floor(width)),
        height: Math.max(360, innerHeight - Math.floor(top + scrollY) - BELOW),
      };
      setSize((old) => (old.width === next.width && old.height === next.height ? old : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element.current!);
    addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      removeEventListener('resize', measure);
    };
  }, []);
  return size;
}
