/** What the tests of sources have in common. */
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../../../producer/log';
import { openSource, type SourceOptions } from '../../../producer/watch/open';
import type { ArchiveSource, FoundArchive } from '../../../producer/watch/source';

const opened: Watched[] = [];
afterEach(async () => {
  for (const watched of opened.splice(0)) await watched.close();
});

/** Opens a source, which is closed after the test. */
export async function watch(address: string, options: Partial<SourceOptions> = {}): Promise<Watched> {
  const log: string[] = [];
  const stream = new Writable({
    write: (line: Buffer, _, done) => {
      const { level, msg } = JSON.parse(line.toString()) as { level: string; msg: string };
      log.push(`${level}: ${msg}`);
      done();
    },
  });
  const logger = createLogger('json', stream);
  const watched = new Watched(await openSource(address, { log: logger, env: {}, ...options }), log);
  opened.push(watched);
  return watched;
}

/** A source, looked at as `watch` does. */
export class Watched {
  private readonly stop = new AbortController();

  constructor(
    readonly source: ArchiveSource,
    /** Messages, `LEVEL: TEXT`. */
    readonly log: readonly string[],
  ) {}

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  poll(): Promise<readonly FoundArchive[]> {
    return this.source.poll(this.signal);
  }

  /** Names of what is new. */
  async names(): Promise<string[]> {
    return (await this.poll()).map(({ name }) => name);
  }

  /** Looks until archives are found, and takes the pauses between. */
  async next(limitMs = 15_000): Promise<readonly FoundArchive[]> {
    const limit = Date.now() + limitMs;
    for (;;) {
      const found = await this.poll();
      if (found.length > 0) return found;
      if (Date.now() > limit) throw new Error(`nothing found in ${limitMs} ms; log: ${this.log.join('; ')}`);
      await this.source.pause(this.signal);
    }
  }

  /** Looks for so long, with pauses, and gives the names of what was found. */
  async namesWithin(milliseconds: number): Promise<string[]> {
    const limit = Date.now() + milliseconds;
    const names: string[] = [];
    while (Date.now() < limit) {
      names.push(...(await this.names()));
      await Promise.race([this.source.pause(this.signal), sleep(Math.max(0, limit - Date.now()))]);
    }
    return names;
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.source.close();
  }
}
