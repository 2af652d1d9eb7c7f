/**
 * Kind of period that a logger packs into archives: 10 min samples by the day, 1 Hz by the hour, 20 Hz by the
 * minute.
 */
export type Session = 'Day' | 'Hour' | 'Min';

/** The sessions, slowest first. */
export const SESSIONS: readonly Session[] = ['Day', 'Hour', 'Min'];

/** Milliseconds between strain samples. Other channels of a day are as far apart or further. */
export const STRAIN_INTERVALS: Readonly<Record<Session, number>> = { Day: 600_000, Hour: 1_000, Min: 50 };
