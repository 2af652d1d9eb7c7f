/** Rows as `strain-producer parse` prints them, and what identifies a row. */
import { run } from './command';

/** Rows that `strain-producer parse` gives, by what identifies a row. */
export async function parsed(...paths: string[]): Promise<Map<string, Record<string, unknown>>> {
  const { stdout } = await run('npx', ['--silent', 'strain-producer', 'parse', ...paths]);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { session: string; value: Record<string, unknown> });
  return new Map(rows.map(({ session, value }) => [identity(session, value), value]));
}

/** What identifies a row. */
export function identity(session: string, value: Record<string, unknown>): string {
  return `${String(value.site)} ${session} ${String(value.timestamp)}`;
}

/** The session of a row of Kafka or Flink, whose empty columns are null. */
export function sessionOf(row: Record<string, unknown>): string {
  if (['ls1_t0', 'ls2_t0', 'ls3_t0', 'ls4_t0'].some((field) => row[field] !== null)) return 'Hour';
  return ['bs1_t0', 'bs2_t0', 'bs3_t0', 'bs4_t0'].some((field) => row[field] !== null) ? 'Min' : 'Day';
}
