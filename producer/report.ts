/** What reading has found so far: everything is counted, and memory is bounded. */
import type { Session } from './bottle/session';
import type { Damage } from './damage';

/** Number of damages that are kept; later ones are only counted. */
export const KEPT_DAMAGES = 1000;

/** Counts of one station and session. */
export interface StreamCounts {
  readonly site: string;
  readonly session: Session;
  /** Rows emitted. */
  rows: number;
  /** Rows that are not emitted because they have no value. */
  emptyRows: number;
  /** Bottles that could be read. */
  bottles: number;
  /** Samples in these bottles, the missing ones included. */
  samples: number;
  /** Samples without a value: they equal the header's fill value. */
  missing: number;
  /** First and last instant of the rows, milliseconds since 1970-01-01 UTC; undefined without rows. */
  first: number | undefined;
  last: number | undefined;
}

/** The counts of a `ReadReport` as plain data. */
export interface ReadSummary {
  readonly files: number;
  readonly members: number;
  readonly bottles: number;
  readonly rows: number;
  readonly emptyRows: number;
  readonly samples: number;
  readonly missing: number;
  readonly notFinite: number;
  readonly outOfRange: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly late: number;
  readonly damaged: number;
  readonly bytesRead: number;
  readonly peakMemoryBytes: number;
  readonly streams: readonly StreamCounts[];
  readonly damages: readonly Damage[];
}

/** Counts that add up. */
const COUNTS = [
  'files',
  'members',
  'notFinite',
  'outOfRange',
  'duplicates',
  'conflicts',
  'late',
  'damaged',
  'bytesRead',
] as const;
const STREAM_COUNTS = ['rows', 'emptyRows', 'bottles', 'samples', 'missing'] as const;

/** Counts what is read. One report serves one reading; `readBatches` fills it while its batches are taken. */
export class ReadReport {
  /** Input files opened, standard input included. */
  files = 0;
  /** Members seen in archives of any depth, folders not counted. */
  members = 0;
  /** Samples that are NaN or infinite; they become null. */
  notFinite = 0;
  /** Samples that do not fit an int; they become null. */
  outOfRange = 0;
  /**
   * Samples that came again with the same value, or after their row was emitted. They are dropped.
   */
  duplicates = 0;
  /** Samples that came again with another value. The first value is kept. */
  conflicts = 0;
  /** Samples that came after later ones of their stream were emitted. They are emitted late. */
  late = 0;
  /** Number of damages, including those beyond the kept ones. */
  damaged = 0;
  /** Bytes read from files and standard input, before decompression. */
  bytesRead = 0;
  /** Total size of the input files in bytes, for progress; undefined when one is a stream. */
  bytesTotal: number | undefined = undefined;
  /** Called for each damage when it is found. */
  onDamage: ((damage: Damage) => void) | undefined;

  private readonly kept: Damage[] = [];
  private readonly byStream = new Map<string, StreamCounts>();

  /** The first 1,000 damages, in the order in which they were found. */
  get damages(): readonly Damage[] {
    return this.kept;
  }

  /** Counts by station and session, in that order. */
  get streams(): readonly StreamCounts[] {
    const order = { Day: 0, Hour: 1, Min: 2 };
    return [...this.byStream.values()].sort((a, b) =>
      a.site < b.site ? -1 : a.site > b.site ? 1 : order[a.session] - order[b.session],
    );
  }

  /** Rows emitted so far. */
  get rows(): number {
    return this.total('rows');
  }

  /** Samples read so far, the missing ones included. */
  get samples(): number {
    return this.total('samples');
  }

  /** Counts of a station's session, created at the first call. */
  stream(site: string, session: Session): StreamCounts {
    const key = `${site} ${session}`;
    let counts = this.byStream.get(key);
    if (!counts) {
      counts = {
        site,
        session,
        rows: 0,
        emptyRows: 0,
        bottles: 0,
        samples: 0,
        missing: 0,
        first: undefined,
        last: undefined,
      };
      this.byStream.set(key, counts);
    }
    return counts;
  }

  /** Notes something that could not be read. */
  add(damage: Damage): void {
    this.damaged += 1;
    if (this.kept.length < KEPT_DAMAGES) this.kept.push(damage);
    this.onDamage?.(damage);
  }

  /** Adds what another report has counted. Its damages are kept here, too, but not called out again. */
  absorb(other: ReadReport): void {
    for (const count of COUNTS) this[count] += other[count];
    this.kept.push(...other.damages.slice(0, KEPT_DAMAGES - this.kept.length));
    for (const from of other.streams) {
      const to = this.stream(from.site, from.session);
      for (const count of STREAM_COUNTS) to[count] += from[count];
      to.first = least(to.first, from.first);
      to.last = greatest(to.last, from.last);
    }
  }

  /** Everything as plain data, for JSON. */
  summary(): ReadSummary {
    return {
      files: this.files,
      members: this.members,
      bottles: this.total('bottles'),
      rows: this.rows,
      emptyRows: this.total('emptyRows'),
      samples: this.samples,
      missing: this.total('missing'),
      notFinite: this.notFinite,
      outOfRange: this.outOfRange,
      duplicates: this.duplicates,
      conflicts: this.conflicts,
      late: this.late,
      damaged: this.damaged,
      bytesRead: this.bytesRead,
      peakMemoryBytes: peakMemoryBytes(),
      streams: this.streams,
      damages: this.damages,
    };
  }

  private total(count: (typeof STREAM_COUNTS)[number]): number {
    let sum = 0;
    for (const stream of this.byStream.values()) sum += stream[count];
    return sum;
  }
}

/** The earlier of two instants, where either may be undefined. */
export function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

/** The later of two instants, where either may be undefined. */
export function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

/** The most memory that this process had resident so far, in bytes. */
export function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
