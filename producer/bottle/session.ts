/**
 * Kind of period that a logger packs into archives: 10 min samples by the day, 1 Hz by the hour, 20 Hz by the
 * minute.
 */
export type Session = 'Day' | 'Hour' | 'Min';

/** The sessions, slowest first. */
export const SESSIONS: readonly Session[] = ['Day', 'Hour', 'Min'];
