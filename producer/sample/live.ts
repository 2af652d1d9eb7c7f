/**
 * Archives of made-up stations as time passes. Each is a function of station and period alone, so a restart
 * writes the same bytes again.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArchiveName, periodAt, periodStart } from '../bottle/name';
import { SESSIONS, type Session } from '../bottle/session';
import { loggerArchive, minuteArchive, type SampleArchive } from './archive';
import { stationNames } from './plan';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What one archive of a session spans, milliseconds: short, so that a viewer sees news every minute. */
export const LIVE_PERIODS: Readonly<Record<Session, number>> = { Day: DAY, Hour: HOUR, Min: MINUTE };

/** How far back a restart fills up what is missing, milliseconds, as a logger sends what it has kept. */
const BUFFER = DAY;

/** Longest sleep, milliseconds: the system's clock may be set meanwhile. */
const LONGEST_SLEEP = 1_000;

/** What to write. */
export interface LivePlan {
  /** Stations, four letters or digits each. @default B009 */
  readonly stations?: readonly string[];
  /** @default all three */
  readonly sessions?: readonly Session[];
}

/** An archive, and when it is to appear. */
export interface LiveArchive {
  readonly archive: SampleArchive;
  /** Its folder, below the given one: `STATION/YEAR/DAY`, as in the public archive. */
  readonly folder: string;
  /** End of its period, milliseconds since 1970 UTC. */
  readonly end: number;
}

/** Time in the data: the system's clock at first, then `speed` times as fast. */
export class LiveClock {
  private readonly began = Date.now();

  /** @param start where it starts, milliseconds since 1970 UTC */
  constructor(
    private readonly start: number,
    private readonly speed: number,
  ) {}

  /** Milliseconds since 1970 UTC. */
  get now(): number {
    return this.start + (Date.now() - this.began) * this.speed;
  }

  /** Waits until the clock shows an instant. Throws when the signal is aborted. */
  async reach(instant: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const left = (instant - this.now) / this.speed;
      signal.throwIfAborted();
      if (left <= 0) return;
      await sleep(Math.min(Math.ceil(left), LONGEST_SLEEP), undefined, { signal });
    }
  }
}

/** The archives of one station and session. */
interface Stream {
  readonly site: string;
  readonly session: Session;
  /** Start of the next period. */
  next: number;
}

/** Where the writing starts, and what it writes. */
export interface Live {
  /** The instant for the clock to start at, milliseconds since 1970 UTC. */
  readonly start: number;
  /** Without an end, by the end of their periods, then station and session. */
  readonly archives: Generator<LiveArchive, never>;
}

/**
 * Plans the archives from `now` on. First come those of the last period that is over, so that each session
 * shows up at once. A restart goes on after the newest archive in the folder: it fills up what is missing, at
 * most a day, and when an earlier run was ahead of the system's clock, it starts where that run ended.
 *
 * @param root the folder that is written to
 * @param now milliseconds since 1970 UTC
 */
export async function planLive(
  root: string,
  { stations = stationNames(1), sessions = SESSIONS }: LivePlan,
  now: number,
): Promise<Live> {
  const ends = new Map<string, number>();
  for (const site of stations) await findNewest(root, site, ends);
  const streams = stations.flatMap((site) => sessions.map((session) => ({ site, session })));
  const start = Math.max(now, ...streams.map(({ site, session }) => ends.get(`${site} ${session}`) ?? 0));
  return {
    start,
    archives: inTurn(
      streams.map(({ site, session }) => {
        const length = LIVE_PERIODS[session];
        const newest = ends.get(`${site} ${session}`) ?? 0;
        const last = Math.floor(start / length) * length - length;
        return { site, session, next: newest >= start - BUFFER ? newest : last };
      }),
    ),
  };
}

function* inTurn(streams: readonly Stream[]): Generator<LiveArchive, never> {
  for (;;) {
    const stream = streams.reduce((first, other) => (endOf(other) < endOf(first) ? other : first));
    const { site, session, next } = stream;
    const end = endOf(stream);
    stream.next = end;
    const { year, dayOfYear } = periodAt(next, 'day');
    yield {
      archive: session === 'Min' ? minuteArchive(site, next) : loggerArchive(site, session, next),
      folder: join(site, String(year), String(dayOfYear).padStart(3, '0')),
      end,
    };
  }
}

const endOf = ({ session, next }: Stream): number => next + LIVE_PERIODS[session];

/** Notes the end of a station's newest archive of each session, by `STATION SESSION`. */
async function findNewest(root: string, site: string, ends: Map<string, number>): Promise<void> {
  for (const year of await numbersIn(join(root, site))) {
    for (const day of await numbersIn(join(root, site, year))) {
      for (const name of await namesIn(join(root, site, year, day))) {
        const parsed = parseArchiveName(name);
        if (parsed?.site !== site) continue;
        const key = `${site} ${parsed.session}`;
        const end = periodStart(parsed.period) + LIVE_PERIODS[parsed.session];
        ends.set(key, Math.max(ends.get(key) ?? 0, end));
      }
    }
  }
}

/** The two newest folders named by a number: just after midnight, the last one has no Day archive yet. */
async function numbersIn(folder: string): Promise<string[]> {
  const names = (await namesIn(folder)).filter((name) => /^\d+$/.test(name));
  return names.sort().slice(-2);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
