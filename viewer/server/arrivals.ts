/** When rows of each station were published, as far as the last minute and the latest are concerned. */
import type { Change } from './store/store';

const MINUTE_MS = 60_000;

interface Arrival {
  latest: number;
  readonly recent: { readonly at: number; readonly rows: number }[];
}

export class Arrivals {
  private readonly stations = new Map<string, Arrival>();

  take(changes: readonly Change[]): void {
    for (const { rows } of changes) {
      const { site, publishedAt, time } = rows;
      let arrival = this.stations.get(site);
      if (!arrival) this.stations.set(site, (arrival = { latest: publishedAt, recent: [] }));
      arrival.latest = Math.max(arrival.latest, publishedAt);
      arrival.recent.push({ at: publishedAt, rows: time.length });
      forgetOld(arrival, Date.now());
    }
  }

  /** When the latest rows of a station were published; undefined when none came since the start. */
  latest(site: string): number | undefined {
    return this.stations.get(site)?.latest;
  }

  rowsPerMinute(site: string, now: number): number {
    const arrival = this.stations.get(site);
    if (!arrival) return 0;
    forgetOld(arrival, now);
    return arrival.recent.reduce((sum, { rows }) => sum + rows, 0);
  }
}

function forgetOld({ recent }: Arrival, now: number): void {
  while (recent[0] && recent[0].at < now - MINUTE_MS) recent.shift();
}
