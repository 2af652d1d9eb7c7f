/** The sessions of the strain rows, as SQL tells them: a row is of one session, and its columns say of which. */
import { CHANNELS } from '../../producer/bottle/channels';
import type { Session } from '../../producer/bottle/session';

/** Time between two samples of a gauge, in milliseconds. */
export const INTERVAL_MS: Readonly<Record<Session, number>> = { Day: 600_000, Hour: 1_000, Min: 50 };

/** Columns of the four gauges. */
export function gaugeColumns(session: Session): string[] {
  return CHANNELS.filter((channel) => channel.session === session && /^CH\d$/.test(channel.name)).map(
    ({ field }) => field,
  );
}

/** The session of a row. Day is the one with many columns, so it is what the others are not. */
export const SESSION_SQL = `CASE WHEN COALESCE(${gaugeColumns('Hour').join(', ')}) IS NOT NULL THEN 'Hour'
       WHEN COALESCE(${gaugeColumns('Min').join(', ')}) IS NOT NULL THEN 'Min'
       ELSE 'Day' END`;
