/**
 * Number of stretches that are kept for one field. Beyond it, the oldest is forgotten, and samples that come
 * again in it count as new.
 */
const MAX_STRETCHES = 4096;

/** Regular instants from `first` to `last`, both included. */
interface Stretch {
  readonly first: number;
  last: number;
  readonly interval: number;
}

/**
 * The instants for which values of a field have been emitted. Data without gaps is one stretch, however long.
 */
export class Coverage {
  private readonly stretches: Stretch[] = [];

  /** Notes `count` samples from `instant` on. Absent ones were not emitted. */
  add(instant: number, interval: number, count: number, absent: Uint8Array | undefined, from: number): void {
    if (!absent) {
      this.addStretch(instant, instant + (count - 1) * interval, interval);
      return;
    }
    for (let begin = 0; begin < count; begin++) {
      if (absent[from + begin]) continue;
      let end = begin;
      while (end + 1 < count && !absent[from + end + 1]) end += 1;
      this.addStretch(instant + begin * interval, instant + end * interval, interval);
      begin = end;
    }
  }

  /** Calls `found` with the index of each of `length` samples, from `start` on, that has been emitted. */
  find(start: number, interval: number, length: number, found: (index: number) => void): void {
    const end = start + (length - 1) * interval;
    for (const stretch of this.stretches) {
      if (stretch.last < start || stretch.first > end) continue;
      const first = Math.max(0, Math.ceil((stretch.first - start) / interval));
      for (let index = first; index < length && start + index * interval <= stretch.last; index++) {
        if ((start + index * interval - stretch.first) % stretch.interval === 0) found(index);
      }
    }
  }

  private addStretch(first: number, last: number, interval: number): void {
    const previous = this.stretches.at(-1);
    if (previous?.interval === interval && previous.last + interval === first) {
      previous.last = last;
      return;
    }
    this.stretches.push({ first, last, interval });
    if (this.stretches.length > MAX_STRETCHES) this.stretches.shift();
  }
}
