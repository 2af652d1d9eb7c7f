/**
 * Sessions of the strain rows in SQL. A row belongs to one session, which follows from the columns that have
 * a value.
 */
import { CHANNELS } from '../../producer/bottle/channels';
import type { Session } from '../../producer/bottle/session';

/** Columns of the four gauges. */
export function gaugeColumns(session: Session): string[] {
  return CHANNELS.filter((channel) => channel.session === session && /^CH\d$/.test(channel.name)).map(
    ({ field }) => field,
  );
}

/** The session of a row. Day has many columns, so it is every row that is not of another session. */
export const SESSION_SQL = `CASE WHEN COALESCE(${gaugeColumns('Hour').join(', ')}) IS NOT NULL THEN 'Hour'
       WHEN COALESCE(${gaugeColumns('Min').join(', ')}) IS NOT NULL THEN 'Min'
       ELSE 'Day' END`;
