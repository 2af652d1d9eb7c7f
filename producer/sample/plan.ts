/** Which archives to write. */
import { SESSIONS, type Session } from '../bottle/session';
import { dayArchive, loggerArchive, type SampleArchive } from './archive';
import { REFERENCE_INSTANT } from './gauge';

const DAY = 86_400_000;

/** Station of the demo. */
export const DEMO_STATION = 'B009';

/** What to write. */
export interface SamplePlan {
  /** Stations, four letters or digits each. @default B009 */
  readonly stations?: readonly string[];
  /** @default all three */
  readonly sessions?: readonly Session[];
  /** Midnight of the first day, milliseconds since 1970 UTC. @default 2021-07-01 */
  readonly start?: number;
  /**
   * Whole days, each session of a day in one archive. @default - one Day archive, and hour 00 of Hour and
   * Min, as loggers send them
   */
  readonly days?: number;
  /** Archives of whole days are named as the public archive names them. @default false */
  readonly publicNames?: boolean;
}

/**
 * The archives of a plan, by station, then day, then session. Their content is made on demand.
 */
export function* planArchives(plan: SamplePlan = {}): Generator<SampleArchive> {
  const {
    stations = [DEMO_STATION],
    sessions = SESSIONS,
    start = REFERENCE_INSTANT,
    days,
    publicNames,
  } = plan;
  for (const station of stations) {
    for (let day = start; day < start + (days ?? 1) * DAY; day += DAY) {
      for (const session of sessions) {
        yield days === undefined
          ? loggerArchive(station, session, day)
          : dayArchive(station, session, day, publicNames);
      }
    }
  }
}

/** The demo's station and those that follow it in number: `B009`, `B010`, …; at most 991. */
export function stationNames(count: number): string[] {
  const first = Number(DEMO_STATION.slice(1));
  return Array.from({ length: count }, (_, i) => `B${String(first + i).padStart(3, '0')}`);
}
