/**
 * What is known of the archives of one station and session, in columns: a process that runs for months knows
 * hundreds of thousands of archives, and an object for each would take four times the memory.
 */
import type { Progress } from './progress';

/** The part of the progress that publishing depends on. */
export type KnownArchive = Pick<
  Progress,
  | 'archive'
  | 'state'
  | 'sha256'
  | 'issue'
  | 'topicId'
  | 'rowsCommitted'
  | 'damaged'
  | 'damage'
  | 'firstTime'
  | 'lastTime'
>;

/** A period, both ends included, milliseconds since 1970-01-01 UTC. */
export interface Period {
  readonly first: number;
  readonly last: number;
}

const SHA256_BYTES = 32;
const FIRST_CAPACITY = 16;
/** A larger factor would leave more of the columns empty. */
const GROWTH = 1.25;

/** The columns, which have room for `capacity` archives. */
class Columns {
  readonly sha256: Buffer;
  /** NaN without rows. */
  readonly firstTime: Float64Array;
  readonly lastTime: Float64Array;
  readonly rowsCommitted: Float64Array;
  readonly issue: Int32Array;
  readonly damaged: Int32Array;
  /** Index of the topic's id in the list of those that occur. */
  readonly topic: Uint16Array;
  /** 1 for archives that are published whole. */
  readonly isDone: Uint8Array;

  constructor(readonly capacity: number) {
    this.sha256 = Buffer.alloc(capacity * SHA256_BYTES);
    this.firstTime = new Float64Array(capacity);
    this.lastTime = new Float64Array(capacity);
    this.rowsCommitted = new Float64Array(capacity);
    this.issue = new Int32Array(capacity);
    this.damaged = new Int32Array(capacity);
    this.topic = new Uint16Array(capacity);
    this.isDone = new Uint8Array(capacity);
  }

  /** The same archives with room for more. */
  grown(): Columns {
    const grown = new Columns(Math.ceil(this.capacity * GROWTH));
    grown.sha256.set(this.sha256);
    grown.firstTime.set(this.firstTime);
    grown.lastTime.set(this.lastTime);
    grown.rowsCommitted.set(this.rowsCommitted);
    grown.issue.set(this.issue);
    grown.damaged.set(this.damaged);
    grown.topic.set(this.topic);
    grown.isDone.set(this.isDone);
    return grown;
  }
}

/** The archives of one station and session. */
export class ArchiveTable {
  /** Row of each archive. Rows are in the order in which the archives were first put. */
  private readonly rows = new Map<string, number>();
  private readonly archives: string[] = [];
  private readonly topicIds: string[] = [];
  /** Texts of the damage, by archive: few have any. */
  private readonly damages = new Map<string, string>();
  private columns = new Columns(FIRST_CAPACITY);

  get(archive: string): KnownArchive | undefined {
    const row = this.rows.get(archive);
    return row === undefined ? undefined : this.at(row);
  }

  /** Adds an archive, or replaces what is known of it. */
  put(known: KnownArchive): void {
    const { archive, state, sha256, issue, topicId, rowsCommitted, damaged, damage } = known;
    const row = this.rows.get(archive) ?? this.add(ownCopy(archive));
    const { columns } = this;
    columns.sha256.write(sha256, row * SHA256_BYTES, 'hex');
    columns.firstTime[row] = known.firstTime ?? NaN;
    columns.lastTime[row] = known.lastTime ?? NaN;
    columns.rowsCommitted[row] = rowsCommitted;
    columns.issue[row] = issue;
    columns.damaged[row] = damaged;
    columns.topic[row] = this.topicOf(topicId);
    columns.isDone[row] = state === 'done' ? 1 : 0;
    if (damage === null) this.damages.delete(archive);
    else this.damages.set(archive, damage);
  }

  /** Removes an archive. Its row stays empty: few archives are ever removed. */
  delete(archive: string): void {
    const row = this.rows.get(archive);
    if (row === undefined) return;
    this.rows.delete(archive);
    this.damages.delete(archive);
    this.columns.isDone[row] = 0;
    this.columns.firstTime[row] = NaN;
  }

  /** An archive that is published whole to this topic with this content, whatever its name. */
  withContent(sha256: string, topicId: string): KnownArchive | undefined {
    const bytes = Buffer.from(sha256, 'hex');
    const start = bytes.readInt32LE();
    const { sha256: all, isDone, topic } = this.columns;
    for (let row = 0, from = 0; row < this.archives.length; row++, from += SHA256_BYTES) {
      if (all.readInt32LE(from) !== start || isDone[row] === 0) continue;
      if (bytes.compare(all, from, from + SHA256_BYTES) !== 0) continue;
      if (this.topicIds[topic[row]!] === topicId) return this.at(row);
    }
    return undefined;
  }

  /** Whether an archive other than this one has rows of the period in this topic. */
  overlaps(
    { first, last }: Period,
    { archive, topicId }: Pick<KnownArchive, 'archive' | 'topicId'>,
  ): boolean {
    const { firstTime, lastTime, topic } = this.columns;
    for (let row = 0; row < this.archives.length; row++) {
      // Comparisons with NaN are false.
      if (!(firstTime[row]! <= last && lastTime[row]! >= first)) continue;
      if (this.archives[row] !== archive && this.topicIds[topic[row]!] === topicId) return true;
    }
    return false;
  }

  private at(row: number): KnownArchive {
    const { columns } = this;
    const archive = this.archives[row]!;
    const firstTime = columns.firstTime[row]!;
    const hasRows = !Number.isNaN(firstTime);
    return {
      archive,
      state: columns.isDone[row] === 1 ? 'done' : 'partial',
      sha256: columns.sha256.toString('hex', row * SHA256_BYTES, (row + 1) * SHA256_BYTES),
      issue: columns.issue[row]!,
      topicId: this.topicIds[columns.topic[row]!]!,
      rowsCommitted: columns.rowsCommitted[row]!,
      damaged: columns.damaged[row]!,
      damage: this.damages.get(archive) ?? null,
      firstTime: hasRows ? firstTime : null,
      lastTime: hasRows ? columns.lastTime[row]! : null,
    };
  }

  private add(archive: string): number {
    const row = this.archives.length;
    if (row === this.columns.capacity) this.columns = this.columns.grown();
    this.archives.push(archive);
    this.rows.set(archive, row);
    return row;
  }

  private topicOf(topicId: string): number {
    const known = this.topicIds.indexOf(topicId);
    return known >= 0 ? known : this.topicIds.push(topicId) - 1;
  }
}

/** A substring keeps the string that it is from in memory, for a file name its whole path. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
