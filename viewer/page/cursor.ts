/** Tells that a key moved the cursor: what it is at is then read out. */
export const BY_KEY = 'key';

/** The instant under the cursor, which all charts share. */
export class Cursor {
  /** Null while the cursor is nowhere. */
  time: number | null = null;
  private readonly listeners = new Set<(time: number | null, from: unknown) => void>();

  /** Moves it. `from` lets the one that moved it leave out its own news. */
  move(time: number | null, from?: unknown): void {
    if (time === this.time) return;
    this.time = time;
    for (const tell of this.listeners) tell(time, from);
  }

  /** Calls the listener at each move, until the returned function is called. */
  listen(listener: (time: number | null, from: unknown) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
