/** What is known of all archives: the progress topic as it was read last, and what was committed since. */
import type { Session } from '../bottle/session';
import type { Brokers } from '../publish/kafkajs-inner';
import { ArchiveTable, type KnownArchive } from './archive-table';
import type { Progress, ProgressKey } from './progress';
import { ProgressReader } from './progress-reader';

/** The latest progress by station and archive. */
export class ProgressLog extends ProgressReader {
  private readonly tables = new Map<string, ArchiveTable>();

  /** @param count number of partitions of the topic */
  constructor(brokers: Brokers, topic: string, count: number) {
    super(brokers, topic, count, (key, progress) => this.put(key, progress));
  }

  /** The archives of a station and session. */
  archives(site: string, session: Session): ArchiveTable {
    const key = `${site} ${session}`;
    const table = this.tables.get(key) ?? new ArchiveTable();
    this.tables.set(key, table);
    return table;
  }

  /** Progress of one session of a station in an archive. */
  get({ site, session, archive }: ProgressKey): KnownArchive | undefined {
    return this.archives(site, session).get(archive);
  }

  /** Notes what this process has committed, before it is read back. */
  put({ site, session, archive }: ProgressKey, progress: Progress | null): void {
    const table = this.archives(site, session);
    if (progress) table.put(progress);
    else table.delete(archive);
  }
}
