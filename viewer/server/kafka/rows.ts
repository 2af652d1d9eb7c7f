/** Rows of `gtsm_etl` by station and session. */
import type { Session } from '../../api';
import { SESSIONS } from '../../../producer/bottle/session';
import { COLUMNS, gaugesOf } from '../channels';
import type { StreamRows } from '../store/tables';
import type { Decoded } from './avro-decoder';

/** A key and a value of `gtsm_etl`. */
export interface RowKey {
  readonly site: string;
}
export type RowValue = Readonly<Record<string, number | string | null>>;

interface GrowingRows extends StreamRows {
  readonly time: number[];
  readonly counts: (number | null)[][];
  publishedAt: number;
}

/** Names of the columns that tell the sessions of strain counts, the most frequent first. */
const MARKS = (['Min', 'Hour'] as const).map((session) => ({
  session,
  gauges: gaugesOf(session).map(({ name }) => name),
}));
const NAMES = Object.fromEntries(
  SESSIONS.map((session) => [session, COLUMNS[session].map(({ name }) => name)]),
) as Record<Session, string[]>;

/** Collects rows until they are written. */
export class RowCollector {
  private readonly streams = new Map<string, GrowingRows>();
  /** Number of rows. */
  size = 0;

  /** Adds the rows of a batch. Returns why rows were left out, one text for each. */
  add(records: readonly Decoded<RowKey, RowValue>[], publishedAt: number): string[] {
    const refused: string[] = [];
    for (const { offset, key, value } of records) {
      if (typeof key.site !== 'string' || typeof value?.time !== 'number') {
        refused.push(`offset ${offset}: a row needs a station and an instant`);
        continue;
      }
      const rows = this.rowsOf(key.site, sessionOf(value));
      rows.time.push(value.time);
      const names = NAMES[rows.session];
      for (let column = 0; column < names.length; column++) {
        rows.counts[column]!.push((value[names[column]!] as number | null | undefined) ?? null);
      }
      rows.publishedAt = publishedAt;
      this.size++;
    }
    return refused;
  }

  /** All rows, and none from now on. */
  take(): StreamRows[] {
    const rows = [...this.streams.values()];
    this.streams.clear();
    this.size = 0;
    return rows;
  }

  private rowsOf(site: string, session: Session): GrowingRows {
    const name = `${session} ${site}`;
    let rows = this.streams.get(name);
    if (!rows) {
      rows = { site, session, time: [], counts: COLUMNS[session].map(() => []), publishedAt: 0 };
      this.streams.set(name, rows);
    }
    return rows;
  }
}

/** A row has samples of one session. */
function sessionOf(value: RowValue): Session {
  for (const { session, gauges } of MARKS) {
    for (const name of gauges) if ((value[name] ?? null) !== null) return session;
  }
  return 'Day';
}
