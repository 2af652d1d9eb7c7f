/** What `watch` tells Prometheus. */
import type * as Client from 'prom-client';
import type { Counter, Gauge, Registry } from 'prom-client';
import type { Session } from '../bottle/session';

/** What was published of one archive. */
export interface PublishedArchive {
  readonly source: string;
  /** Bytes of the archive's file. */
  readonly bytes: number;
}

/** Services whose requests are repeated. */
export type Service = 'kafka' | 'registry';

/** Counters and gauges, with methods for what happens. Sources are named by `ArchiveSource.address`. */
export class WatchMetrics {
  private readonly reachable = new Map<string, boolean>();
  /** Newest sample of each station, milliseconds since 1970. */
  private readonly newest = new Map<string, number>();

  private readonly registry: Registry;
  private readonly rows: Counter<'station' | 'session'>;
  private readonly bytes: Counter;
  private readonly damages: Counter;
  private readonly published: Counter<'source'>;
  private readonly skipped: Counter<'source'>;
  private readonly waiting: Gauge<'source'>;
  private readonly transactions: Counter<'result'>;
  private readonly retries: Counter<'service'>;
  private readonly outages: Counter<'source'>;
  private readonly up: Gauge<'source'>;

  /** Loads the client. Metrics of the process itself are among them. */
  static async create(): Promise<WatchMetrics> {
    // Loaded only here, because other commands start without it.
    return new WatchMetrics(await import('prom-client'));
  }

  private constructor(client: typeof Client) {
    const registry = new client.Registry();
    const registers = [registry];
    const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
      new client.Counter({ name, help, labelNames, registers });
    const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]): Gauge<L> =>
      new client.Gauge({ name, help, labelNames, registers });
    this.registry = registry;
    this.rows = counter(
      'strain_rows_published_total',
      'Rows that Kafka has committed.',
      'station',
      'session',
    );
    this.bytes = counter(
      'strain_archive_bytes_published_total',
      'Bytes of the archives that were published.',
    );
    this.damages = counter('strain_damages_total', 'Damaged members and files in archives.');
    this.published = counter(
      'strain_archives_published_total',
      'Archives whose rows were published.',
      'source',
    );
    this.skipped = counter(
      'strain_archives_skipped_total',
      'Archives that were found, but had been published before.',
      'source',
    );
    this.waiting = gauge(
      'strain_archives_waiting',
      'Archives that were found and are not yet done.',
      'source',
    );
    this.transactions = counter('strain_transactions_total', 'Transactions by their end.', 'result');
    this.retries = counter('strain_retries_total', 'Requests that failed and were sent again.', 'service');
    this.outages = counter('strain_source_outages_total', 'Outages of sources.', 'source');
    this.up = gauge('strain_source_up', 'Whether the source could be read at the last look.', 'source');
    const { newest } = this;
    new client.Gauge({
      name: 'strain_newest_sample_timestamp_seconds',
      help: 'Time of the newest sample that was published, by station.',
      labelNames: ['station'],
      registers,
      collect() {
        for (const [station, time] of newest) this.set({ station }, time / 1_000);
      },
    });
    new client.Gauge({
      name: 'strain_newest_sample_age_seconds',
      help: 'Age of the newest sample that was published, by station.',
      labelNames: ['station'],
      registers,
      collect() {
        for (const [station, time] of newest) this.set({ station }, (Date.now() - time) / 1_000);
      },
    });
    // Those without labels of their own are there from the start, so that `rate` sees the first event.
    for (const result of ['committed', 'aborted']) this.transactions.inc({ result }, 0);
    for (const service of ['kafka', 'registry']) this.retries.inc({ service }, 0);
    client.collectDefaultMetrics({ register: registry });
  }

  /** For the header of the answer. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in Prometheus's text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** After each look at a source. */
  looked(source: string, isReachable: boolean): void {
    const wasReachable = this.reachable.get(source) ?? true;
    this.reachable.set(source, isReachable);
    this.up.set({ source }, isReachable ? 1 : 0);
    this.outages.inc({ source }, wasReachable && !isReachable ? 1 : 0);
  }

  /** How many archives of a source were found and are not yet done. */
  setWaiting(source: string, archives: number): void {
    this.waiting.set({ source }, archives);
  }

  /**
   * Rows were committed.
   *
   * @param newest time of the newest of them, milliseconds since 1970 UTC
   */
  rowsPublished(station: string, session: Session, rows: number, newest: number): void {
    this.rows.inc({ station, session }, rows);
    this.newest.set(station, Math.max(newest, this.newest.get(station) ?? -Infinity));
  }

  /** All rows of an archive were committed. */
  archivePublished({ source, bytes }: PublishedArchive): void {
    this.published.inc({ source });
    this.bytes.inc(bytes);
  }

  /** So many members and files of an archive are damaged. */
  damaged(members: number): void {
    this.damages.inc(members);
  }

  /** An archive had been published before. */
  archiveSkipped(source: string): void {
    this.skipped.inc({ source });
  }

  transactionEnded(result: 'committed' | 'aborted'): void {
    this.transactions.inc({ result });
  }

  /** A request failed and is sent again. */
  retried(service: Service): void {
    this.retries.inc({ service });
  }
}
