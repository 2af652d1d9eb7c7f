/** The stations that this process writes, and what is to be committed of each. */
import type { EncodedBatch, SchemaIds } from '../records/encoder';
import { withLimit } from '../publish/limit';
import { type Acknowledgements, BATCHES_AHEAD, type CountedBatch } from '../publish/pipeline';
import { attempt, TransactionalProducer } from '../publish/transactional-producer';
import { keyText, type Progress, type ProgressKey, progressMessage } from './progress';
import type { ProgressLog } from './progress-log';
import {
  type StationPartitions,
  StationWriter,
  transactionalIdOf,
  type WriterOptions,
} from './station-writer';

/** How long to wait for transactions to be aborted, milliseconds. */
const ABORT_LIMIT = 5_000;

/** What the stations of one run share. */
export interface StationsOptions {
  readonly writers: WriterOptions;
  readonly log: ProgressLog;
  /** Ids of the progress schemas in the registry. */
  readonly progressIds: SchemaIds;
  readonly partitionsOf: (site: string) => StationPartitions;
  /** Filled as transactions are committed. */
  readonly committed: Acknowledgements;
  /** Told what happens. @default - nobody */
  readonly observer?: TransactionObserver;
}

/** Somebody who counts what happens, for example for metrics. */
export interface TransactionObserver {
  /** Rows were committed, the newest of which is of this instant, milliseconds since 1970-01-01 UTC. */
  onCommitted(rows: CountedBatch, newest: number): void;
  /** A transaction was committed, or given up. */
  onTransaction(result: 'committed' | 'aborted'): void;
}

/** A batch in the open transaction, and the instant of its last row. */
type OpenBatch = CountedBatch & { readonly newest: number };

/** One station that this process has taken. */
export class Station {
  /** Progress that the next commit writes, by key; null where it deletes the key. */
  private readonly pending = new Map<
    string,
    { readonly key: ProgressKey; readonly progress: Progress | null }
  >();
  /** What the open transaction holds. */
  private counted: OpenBatch[] = [];
  private readonly sending: Promise<void>[] = [];
  private committing: Promise<void> = Promise.resolve();
  /** Progress in the commit that is under way. */
  private ending: readonly Progress[] = [];

  constructor(
    readonly writer: StationWriter,
    private readonly options: StationsOptions,
  ) {}

  /** Whether there is anything to commit. */
  get isOpen(): boolean {
    return this.pending.size > 0 || this.writer.uncommittedRows > 0;
  }

  /** Progress that is not committed yet, the oldest first. */
  get uncommitted(): readonly Progress[] {
    return [...this.ending, ...this.noted];
  }

  private get noted(): Progress[] {
    return [...this.pending.values()].map(({ progress }) => progress).filter((progress) => progress !== null);
  }

  /** Sends a batch, after waiting until few enough are on their way. */
  async publish(batch: EncodedBatch): Promise<void> {
    if (this.sending.length >= BATCHES_AHEAD) await this.sending.shift();
    const { site, session, count, bytes, samples, rows, to } = batch;
    this.counted.push({ site, session, count, bytes, samples, newest: rows.times[to - 1]! });
    const sent = this.writer.publish(batch);
    sent.catch(() => undefined); // it is awaited later
    this.sending.push(sent);
  }

  /** Notes progress for the next commit. */
  put(progress: readonly Progress[]): void {
    for (const one of progress) this.pending.set(keyText(one), { key: one, progress: one });
  }

  /** Notes that progress is to be deleted with the next commit. */
  forget(keys: readonly ProgressKey[]): void {
    for (const key of keys) this.pending.set(keyText(key), { key, progress: null });
  }

  /** Starts a commit after the one before, and returns it. The next transaction may begin at once. */
  async commit(): Promise<{ readonly done: Promise<void> }> {
    await this.committing;
    if (!this.isOpen) return { done: Promise.resolve() };
    const { log, progressIds, committed, observer } = this.options;
    const changes = [...this.pending.values()];
    const { counted } = this;
    this.ending = this.noted;
    this.pending.clear();
    this.counted = [];
    this.committing = this.writer
      .commit(changes.map(({ key, progress }) => progressMessage(key, progress, progressIds)))
      .then(() => {
        for (const { key, progress } of changes) log.put(key, progress);
        this.ending = [];
        for (const batch of counted) {
          committed.add(batch);
          observer?.onCommitted(batch, batch.newest);
        }
        observer?.onTransaction('committed');
      });
    this.committing.catch(() => undefined); // seen by the caller, and by the next commit
    return { done: this.committing };
  }
}

/** The stations that were taken so far. */
export class Stations {
  private readonly bySite = new Map<string, Station>();

  constructor(private readonly options: StationsOptions) {}

  /** Stations with something to commit. */
  get open(): Station[] {
    return [...this.bySite.values()].filter((station) => station.isOpen);
  }

  /**
   * A station. It is taken at the first call: whoever had it is fenced. Only then the progress is read,
   * because before, the other could still commit. Throws a UserError when Kafka does not answer in time.
   */
  async get(site: string): Promise<Station> {
    let station = this.bySite.get(site);
    if (!station) {
      const { writers, log, partitionsOf } = this.options;
      const producer = await TransactionalProducer.take(transactionalIdOf(writers.rows.topic, site), writers);
      await attempt(writers, `give the progress in ${writers.progress.topic}`, () => log.catchUp());
      const hashed = partitionsOf(site);
      const partitions = { ...hashed, progress: log.partitionOf(site) ?? hashed.progress };
      station = new Station(new StationWriter(site, producer, partitions, writers), this.options);
      this.bySite.set(site, station);
    }
    return station;
  }

  /** Progress of a station that is not committed yet. */
  uncommitted(site: string): readonly Progress[] {
    return this.bySite.get(site)?.uncommitted ?? [];
  }

  /** Progress of a key that is not committed yet. */
  uncommittedOf(key: ProgressKey): Progress | undefined {
    const text = keyText(key);
    return this.uncommitted(key.site).findLast((one) => keyText(one) === text);
  }

  /** Aborts what is not committed, and lets go of all stations. */
  async abort(): Promise<void> {
    const stations = [...this.bySite.values()];
    this.bySite.clear();
    for (const { isOpen } of stations) if (isOpen) this.options.observer?.onTransaction('aborted');
    const aborted = Promise.allSettled(stations.map(({ writer }) => writer.abort()));
    // What cannot be aborted now is aborted when the station is taken again, or after its timeout.
    await withLimit(aborted, { milliseconds: ABORT_LIMIT }).catch(() => undefined);
  }
}
