import type { Bottle } from '../bottle/bottle';
import type { Damage, Place } from '../damage';
import type { ReadReport } from '../report';
import type { RowBatch } from './batch';
import { RowStream } from './stream';

/**
 * Merges bottles into rows: one per station, session and instant, in time order for each station and session.
 *
 * The members of an archive come in any order, so bottles wait in a window of `windowBytes` over all
 * stations. When it is full, the stream that has been without a new bottle for the longest time emits its
 * earliest rows. Within the window, every order of bottles gives the same rows. The rows of a bottle that
 * comes later are emitted late (counted, and reported as damage). A sample that was emitted is never emitted
 * again.
 */
export class RowMerger {
  private readonly streams = new Map<string, RowStream>();
  /**
   * Streams that hold bottles. The one that has been without a new bottle for the longest time comes first.
   */
  private readonly waiting = new Set<RowStream>();
  private bytes = 0;

  constructor(
    private readonly report: ReadReport,
    private readonly note: (damage: Damage) => void,
    private readonly windowBytes: number,
  ) {}

  /** Adds a bottle. Yields rows when the window is full. */
  *add(bottle: Bottle, place: Place): Generator<RowBatch, void, undefined> {
    const stream = this.streamOf(bottle);
    const before = stream.pendingBytes;
    stream.add(bottle, place);
    this.bytes += stream.pendingBytes - before;
    this.waiting.delete(stream);
    if (stream.pendingBytes > 0) this.waiting.add(stream);
    // An eighth at a time: batches are full, and the rows still leave steadily.
    if (this.bytes > this.windowBytes) yield* this.shrinkTo(this.windowBytes * (7 / 8));
  }

  /** Yields all rows that wait. */
  *flush(): Generator<RowBatch, void, undefined> {
    yield* this.shrinkTo(0);
  }

  private *shrinkTo(bytes: number): Generator<RowBatch, void, undefined> {
    for (const stream of this.waiting) {
      while (stream.pendingBytes > 0 && this.bytes > bytes) {
        const before = stream.pendingBytes;
        yield* stream.flushEarliest();
        this.bytes += stream.pendingBytes - before;
      }
      yield* stream.finish();
      if (stream.pendingBytes === 0) this.waiting.delete(stream);
      if (this.bytes <= bytes) return;
    }
  }

  private streamOf({ site, session }: Bottle): RowStream {
    const key = `${site} ${session}`;
    let stream = this.streams.get(key);
    if (!stream) {
      stream = new RowStream(site, session, this.report, this.note);
      this.streams.set(key, stream);
    }
    return stream;
  }
}
