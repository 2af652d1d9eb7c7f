/** The loop of `watch`: looks at each source, and publishes what is there. */
import type { InputFile } from '../archive/inputs';
import { type Unit, unitsOf } from '../archive/units';
import type { WatchMetrics } from './metrics';
import type { FetchedUnit, WatchPublisher } from './publisher';
import type { ArchiveSource, FoundArchive, LocalArchive } from './source';

/**
 * Most units that are fetched before they are committed: temporary copies take space, and are kept until
 * then.
 */
const MOST_AT_ONCE = 16;

/** What the loop works with. */
export interface WatcherOptions {
  readonly publisher: WatchPublisher;
  readonly metrics: WatchMetrics;
  readonly signal: AbortSignal;
  /** Called when all that was there at the start has been published. */
  readonly onCaughtUp: () => void;
}

/** Watches sources until the signal is aborted. Archives are published one after another. */
export class Watcher {
  /** Settles when nothing is being published. */
  private publishing: Promise<unknown> = Promise.resolve();
  /** Sources of which not all that was there at the start has been published. */
  private readonly behind = new Set<ArchiveSource>();

  constructor(private readonly options: WatcherOptions) {}

  /** Rejects with a UserError that does not pass by itself, after all sources have stopped. */
  async watch(sources: readonly ArchiveSource[]): Promise<void> {
    // Not `AbortSignal.any`: in Node 20, garbage collection can end its signals' listeners.
    const stop = new AbortController();
    const { signal } = stop;
    const abort = (): void => stop.abort(this.options.signal.reason);
    for (const source of sources) this.behind.add(source);
    this.options.signal.addEventListener('abort', abort, { once: true });
    if (this.options.signal.aborted) abort();
    const results = await Promise.allSettled(
      sources.map(async (source) => {
        try {
          await this.follow(source, signal);
        } catch (error) {
          stop.abort();
          throw error;
        }
      }),
    );
    const error = results.find((result) => result.status === 'rejected');
    if (error) throw error.reason as Error;
  }

  private async follow(source: ArchiveSource, signal: AbortSignal): Promise<void> {
    const { metrics, onCaughtUp } = this.options;
    while (!signal.aborted) {
      const found = await source.poll(signal);
      metrics.looked(source.address, source.isReachable);
      const byPath = new Map(found.map((archive) => [archive.path, archive]));
      const units = unitsOf(found.map(({ path }) => ({ path, size: undefined })));
      for (let next = 0; next < units.length && !signal.aborted; next += MOST_AT_ONCE) {
        metrics.setWaiting(source.address, units.length - next);
        const some = units.slice(next, next + MOST_AT_ONCE);
        await this.inTurn(() => this.publish(source, some, byPath, signal));
      }
      metrics.setWaiting(source.address, 0);
      if (!signal.aborted && source.hasFoundAll && this.behind.delete(source) && this.behind.size === 0)
        onCaughtUp();
      if (found.length === 0) await source.pause(signal);
    }
  }

  /** Waits until no other source publishes. */
  private inTurn(publish: () => Promise<void>): Promise<void> {
    const done = this.publishing.then(publish);
    this.publishing = done.catch(() => undefined);
    return done;
  }

  private async publish(
    { address }: ArchiveSource,
    units: readonly Unit[],
    found: ReadonlyMap<string, FoundArchive>,
    signal: AbortSignal,
  ): Promise<void> {
    const fetched: FetchedUnit[] = [];
    for (const unit of units) {
      const one = await fetchUnit(unit, found, signal);
      if (one) fetched.push({ ...one, source: address });
    }
    await this.options.publisher.publish(fetched);
  }
}

/** Undefined when a file cannot be had now; the source finds it again. */
async function fetchUnit(
  unit: Unit,
  found: ReadonlyMap<string, FoundArchive>,
  signal: AbortSignal,
): Promise<Omit<FetchedUnit, 'source'> | undefined> {
  const locals: LocalArchive[] = [];
  const files: InputFile[] = [];
  const release = async (): Promise<void> => {
    for (const local of locals) await local.release();
  };
  for (const { path } of unit.files) {
    const local = await found.get(path)?.fetch(signal);
    if (!local) {
      await release();
      return undefined;
    }
    locals.push(local);
    files.push({ path, content: local.path, size: undefined });
  }
  return { unit: { ...unit, files }, release };
}
