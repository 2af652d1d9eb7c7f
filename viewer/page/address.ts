import { useEffect, useMemo, useState } from 'preact/hooks';

import { queryOf, stateOf, type ViewState } from './url-state';

/**
 * `step` makes an entry of the browser's history. A `gesture` has many changes, for example those of the
 * wheel: all of it makes one entry.
 */
export type ChangeKind = 'step' | 'gesture';

/** Changes what is seen. */
export type Go = (change: Partial<ViewState>, kind?: ChangeKind) => void;

/** A gesture is over after this long without a change. Browsers also refuse to write addresses often. */
const GESTURE_MS = 400;

/** What is seen, kept in the address of the page. */
export function useAddress(): { state: ViewState; go: Go } {
  const [state, setState] = useState(() => stateOf(location.search));
  const writer = useMemo(() => new AddressWriter(stateOf(location.search)), []);
  useEffect(() => {
    const read = (): void => setState(writer.read());
    addEventListener('popstate', read);
    return () => removeEventListener('popstate', read);
  }, [writer]);
  const go = useMemo(
    (): Go =>
      (change, kind = 'step') =>
        setState(writer.write(change, kind)),
    [writer],
  );
  return { state, go };
}

class AddressWriter {
  private gesture: ReturnType<typeof setTimeout> | undefined;

  constructor(private state: ViewState) {}

  read(): ViewState {
    this.endGesture();
    this.state = stateOf(location.search);
    return this.state;
  }

  write(change: Partial<ViewState>, kind: ChangeKind): ViewState {
    this.state = { ...this.state, ...change };
    const isContinued = kind === 'gesture' && this.gesture !== undefined;
    if (kind === 'step') this.endGesture();
    if (!isContinued) history.pushState(null, '', this.address());
    if (kind === 'gesture') {
      clearTimeout(this.gesture);
      this.gesture = setTimeout(() => this.endGesture(), GESTURE_MS);
    }
    return this.state;
  }

  private endGesture(): void {
    if (this.gesture === undefined) return;
    clearTimeout(this.gesture);
    this.gesture = undefined;
    history.replaceState(null, '', this.address());
  }

  private address(): string {
    return `${location.pathname}${queryOf(this.state)}`;
  }
}
