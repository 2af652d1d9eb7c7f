import type { ChannelInfo, Session } from '../api';

/** What a statement selects. */
export interface Selection {
  readonly site: string;
  readonly session: Session;
  readonly channels: readonly Pick<ChannelInfo, 'name' | 'kind'>[];
  readonly unit: 'counts' | 'microstrain';
  readonly start: number;
  readonly end: number;
}

/** The commands that read a selection in Flink SQL: one for each table or view that has some channels. */
export function sqlCommands(selection: Selection): string[] {
  const { channels, unit } = selection;
  const isStrain = ({ kind }: Pick<ChannelInfo, 'kind'>): boolean => kind === 'strain';
  const isMicrostrain = ({ kind }: Pick<ChannelInfo, 'kind'>): boolean =>
    kind === 'gauge' && unit === 'microstrain';
  const counts = channels.filter((channel) => !isStrain(channel) && !isMicrostrain(channel));
  const gauges = channels.filter(isMicrostrain).map(({ name }) => ({ name: `microstrain_${gaugeOf(name)}` }));
  return [
    ...statement(selection, 'gtsm_etl_bounded', 'key_site', counts),
    ...statement(selection, 'gtsm_microstrain_bounded', 'site', gauges),
    ...statement(selection, 'gtsm_strain_bounded', 'site', channels.filter(isStrain)),
  ].map((sql) => `npm run sql -- ${shellQuoted(sql)}`);
}

function statement(
  { site, session, start, end }: Selection,
  table: string,
  siteColumn: string,
  channels: readonly { readonly name: string }[],
): string[] {
  if (channels.length === 0) return [];
  const columns = channels.map(({ name }) => name).join(', ');
  // The table has all sessions, which differ in the columns that they fill; the views have a column for it.
  const ofSession = table.startsWith('gtsm_etl')
    ? `COALESCE(${columns}) IS NOT NULL`
    : `session = ${sqlText(session)}`;
  return [
    `SELECT \`timestamp\`, ${columns} FROM ${table} WHERE ${siteColumn} = ${sqlText(site)} AND ${ofSession}` +
      ` AND \`time\` >= TO_TIMESTAMP_LTZ(${start}, 3) AND \`time\` < TO_TIMESTAMP_LTZ(${end}, 3)` +
      ' ORDER BY `time`',
  ];
}

/** The gauge of a column such as `ls1_t0`, from 1. */
function gaugeOf(column: string): string {
  return /^[rlb]s([1-4])_t0$/.exec(column)?.[1] ?? '1';
}

function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/**
 * One argument for a POSIX shell, in double quotes, as SQL is full of single ones. An exclamation mark, which
 * interactive shells replace even there, is in single quotes.
 */
export function shellQuoted(text: string): string {
  return `"${text.replace(/[\\"$`]/g, '\\$&').replaceAll('!', `"'!'"`)}"`;
}
