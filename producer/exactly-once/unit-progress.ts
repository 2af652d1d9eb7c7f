/** What is known of a unit while it is read. */
import { formatDamage } from '../damage';
import type { Content, Unit } from '../archive/units';
import { SESSIONS, STRAIN_INTERVALS, type Session } from '../bottle/session';
import { greatest, least, ReadReport } from '../report';
import type { RowBatch } from '../rows/batch';
import type { Progress, ProgressKey } from './progress';

/** Rows of one station and session in a unit. */
export interface UnitStream {
  readonly site: string;
  readonly session: Session;
  /** Rows from the first on that are in the topic already. */
  readonly committed: number;
  /** See `Progress`. */
  readonly issue: number;
  /** Whether its rows are left out: the archive was issued again, and the policy says to skip it. */
  readonly isSkipped: boolean;
  /** Rows that were read so far. */
  seen: number;
  gaps: number;
  first: number | undefined;
  last: number | undefined;
}

/** The progress of a unit, from what is read of it. */
export class UnitProgress {
  /** Counts of this unit. */
  readonly report = new ReadReport();
  private readonly streams = new Map<string, UnitStream>();

  constructor(
    private readonly unit: Unit,
    private readonly content: Content,
    private readonly topicId: string,
  ) {}

  /** The streams that were found, in that order. */
  get all(): readonly UnitStream[] {
    return [...this.streams.values()];
  }

  /** The rows of a station and session. `admit` decides on them when they are found. */
  stream(
    site: string,
    session: Session,
    admit: (key: ProgressKey) => Pick<UnitStream, 'committed' | 'issue' | 'isSkipped'>,
  ): UnitStream {
    const key = `${site} ${session}`;
    let stream = this.streams.get(key);
    if (!stream) {
      const admitted = admit({ site, session, archive: this.unit.name });
      stream = { site, session, ...admitted, seen: 0, gaps: 0, first: undefined, last: undefined };
      this.streams.set(key, stream);
    }
    return stream;
  }

  /** Notes that the rows of a batch were read. */
  add(stream: UnitStream, { times, length }: RowBatch): void {
    const longest = 2 * STRAIN_INTERVALS[stream.session];
    for (let row = 0, before = stream.last; row < length; row++) {
      if (before !== undefined && times[row]! - before > longest) stream.gaps += 1;
      before = times[row]!;
    }
    stream.seen += length;
    stream.first = least(stream.first, times[0]);
    stream.last = greatest(stream.last, times[length - 1]);
  }

  /**
   * Progress of the streams of a station. Damage is counted for the stream that the unit's name gives, else
   * for the first one.
   */
  of(site: string, state: Progress['state']): Progress[] {
    const { unit, content, report, topicId } = this;
    const main = unit.stream ?? this.all[0];
    const isDone = state === 'done';
    const [damage] = report.damages;
    return this.all
      .filter((stream) => stream.site === site && !stream.isSkipped)
      .sort((a, b) => SESSIONS.indexOf(a.session) - SESSIONS.indexOf(b.session))
      .map((stream) => {
        const counts = report.stream(site, stream.session);
        const isMain = main?.site === site && main.session === stream.session;
        return {
          site,
          archive: unit.name,
          session: stream.session,
          state,
          sha256: content.sha256,
          sizeBytes: content.bytes,
          issue: stream.issue,
          topicId,
          rowsCommitted: Math.max(stream.seen, stream.committed),
          samples: isDone ? counts.samples : 0,
          missing: isDone ? counts.missing : 0,
          gaps: stream.gaps,
          damaged: isMain ? report.damaged : 0,
          damage: isMain && damage ? formatDamage(damage) : null,
          firstTime: stream.first ?? null,
          lastTime: stream.last ?? null,
          committedAt: Date.now(),
        };
      });
  }
}
