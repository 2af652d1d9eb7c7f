import type { Bottle } from '../bottle/bottle';
import { fieldIndex } from '../bottle/channels';
import { DATA_TYPES, HEADER_BYTES, HEADER_OFFSET } from '../bottle/header';
import type { Damage, Place } from '../damage';
import type { ReadReport } from '../report';
import type { RowBatch } from './batch';
import { BatchBuilder } from './builder';
import { Coverage } from './coverage';
import { timestampFormatter } from './timestamp';

/** Approximate memory that a bottle takes in addition to its samples, in bytes. */
const BOTTLE_OVERHEAD_BYTES = 512;

const formatTime = timestampFormatter();

/** A bottle whose rows have not all been emitted. */
interface Pending {
  readonly bottle: Bottle;
  readonly place: Place;
  readonly field: number;
  /** Order of arrival. When two bottles have a value for the same row, the first one is kept. */
  readonly order: number;
  readonly bytes: number;
  /** Index of the next sample to emit. */
  next: number;
  absent: Uint8Array | undefined;
  hasConflict: boolean;
}

/** The waiting bottles of one station and session, and the rows that they become. */
export class RowStream {
  /** Number of waiting bytes. */
  pendingBytes = 0;
  /** Not begun, ordered by start. */
  private readonly queue: Pending[] = [];
  /** Begun, in the order of arrival. */
  private active: Pending[] = [];
  private readonly builder: BatchBuilder;
  private readonly gone: (Coverage | undefined)[] = [];
  private lastGone = -Infinity;
  private arrivals = 0;

  constructor(
    site: string,
    session: Bottle['session'],
    private readonly report: ReadReport,
    private readonly note: (damage: Damage) => void,
  ) {
    this.builder = new BatchBuilder(site, session, report.stream(site, session));
  }

  /** Adds a bottle. */
  add(bottle: Bottle, place: Place): void {
    if (bottle.length === 0) return;
    const pending: Pending = {
      bottle,
      place,
      field: fieldIndex(bottle.field),
      order: this.arrivals++,
      bytes: bottle.values.byteLength + BOTTLE_OVERHEAD_BYTES,
      next: 0,
      absent: bottle.absent,
      hasConflict: false,
    };
    if (bottle.start <= this.lastGone) this.dropGone(pending);
    this.queue.splice(this.positionOf(bottle.start), 0, pending);
    this.pendingBytes += pending.bytes;
  }

  /**
   * Index in the queue after all bottles that begin at `start` or earlier. For members in time order, this is
   * the end.
   */
  private positionOf(start: number): number {
    let low = 0;
    let high = this.queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.queue[middle]!.bottle.start <= start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Emits the rows of the earliest bottle and all rows between them. `finish` may emit the last of them.
   */
  *flushEarliest(): Generator<RowBatch, void, undefined> {
    let earliest = this.queue[0];
    for (const pending of this.active) {
      if (!earliest || nextInstant(pending) < nextInstant(earliest)) earliest = pending;
    }
    if (earliest) yield* this.flushTo(instantOf(earliest.bottle, earliest.bottle.length - 1));
  }

  /** Emits the batch that has been begun. */
  *finish(): Generator<RowBatch, void, undefined> {
    const batch = this.builder.finish();
    if (batch) yield batch;
  }

  /** Emits all rows up to an instant, in runs of rows for which the same bottles have samples. */
  private *flushTo(last: number): Generator<RowBatch, void, undefined> {
    for (;;) {
      const instant = this.begin();
      if (instant > last) return;
      const now: Pending[] = [];
      let horizon = Math.min(last + 1, this.queue[0]?.bottle.start ?? Infinity);
      for (const pending of this.active) {
        if (nextInstant(pending) === instant) now.push(pending);
        else horizon = Math.min(horizon, nextInstant(pending));
      }
      if (!this.builder.follows(instant) || this.builder.room === 0) yield* this.finish();
      this.putRun(now, instant, Math.min(this.builder.room, runLength(now, instant, horizon)));
      this.active = this.active.filter((pending) => this.isLeft(pending));
    }
  }

  /**
   * The next instant with a sample. The bottles that begin there become active. Infinity when nothing waits.
   */
  private begin(): number {
    let instant = this.queue[0]?.bottle.start ?? Infinity;
    for (const pending of this.active) instant = Math.min(instant, nextInstant(pending));
    let begun = 0;
    while (this.queue[begun]?.bottle.start === instant) begun += 1;
    if (begun > 0) {
      this.active.push(...this.queue.splice(0, begun));
      this.active.sort((a, b) => a.order - b.order);
    }
    return instant;
  }

  private putRun(now: readonly Pending[], instant: number, count: number): void {
    const interval = now[0]!.bottle.interval;
    this.builder.append(instant, interval, count);
    for (const pending of now) {
      const { bottle, absent, next: from, field } = pending;
      this.builder.put(field, bottle.values, absent, from, (row, first, again) =>
        this.repeat(pending, from + row, first, again),
      );
      (this.gone[field] ??= new Coverage()).add(instant, interval, count, absent, from);
      pending.next += count;
    }
    this.lastGone = Math.max(this.lastGone, instant + (count - 1) * interval);
  }

  private isLeft(pending: Pending): boolean {
    if (pending.next < pending.bottle.length) return true;
    this.pendingBytes -= pending.bytes;
    return false;
  }

  /** Handles a value for a row that already has one. */
  private repeat(pending: Pending, index: number, first: number, again: number): void {
    if (first === again) {
      this.report.duplicates += 1;
      return;
    }
    this.report.conflicts += 1;
    if (pending.hasConflict) return;
    pending.hasConflict = true;
    const { bottle } = pending;
    this.note({
      ...pending.place,
      offset: HEADER_BYTES + index * DATA_TYPES[bottle.dataType].bytes,
      found: `${bottle.field} ${again} at ${formatTime(instantOf(bottle, index))}`,
      expected: `${first}, as it came first (which holds)`,
    });
  }

  /**
   * Handles a bottle that begins before the last emitted row: only samples that were not emitted yet are
   * kept.
   */
  private dropGone(pending: Pending): void {
    const { bottle, field } = pending;
    const absent = Uint8Array.from(bottle.absent ?? new Uint8Array(bottle.length));
    this.gone[field]?.find(bottle.start, bottle.interval, bottle.length, (index) => {
      if (!absent[index]) this.report.duplicates += 1;
      absent[index] = 1;
    });
    pending.absent = absent;
    const before = Math.min(bottle.length, Math.floor((this.lastGone - bottle.start) / bottle.interval) + 1);
    let late = 0;
    for (let index = 0; index < before; index++) late += 1 - absent[index]!;
    if (late === 0) return;
    this.report.late += late;
    this.note({
      ...pending.place,
      offset: HEADER_OFFSET.start,
      found: `${late} samples from ${formatTime(bottle.start)} on, after rows up to ${formatTime(this.lastGone)}`,
      expected: 'members nearer to their place in time (these rows go out late, none is lost)',
    });
  }
}

/** Rows from `instant` up to `horizon`, for which the same bottles have samples. */
function runLength(now: readonly Pending[], instant: number, horizon: number): number {
  const interval = now[0]!.bottle.interval;
  let count = Math.ceil((horizon - instant) / interval);
  for (const { bottle, next } of now) {
    if (bottle.interval !== interval) return 1;
    count = Math.min(count, bottle.length - next);
  }
  return count;
}

function instantOf(bottle: Bottle, index: number): number {
  return bottle.start + index * bottle.interval;
}

function nextInstant(pending: Pending): number {
  return instantOf(pending.bottle, pending.next);
}
