/** Strain rows as `strain-producer parse` prints them, and ways to disturb their order. */
import { strainProducer } from '../producing';

export type Session = 'Day' | 'Hour' | 'Min';

/** A row; what has no sample is absent. */
export interface StrainRow {
  readonly session: Session;
  readonly key: { readonly site: string };
  readonly value: { readonly site: string; readonly time: number; readonly timestamp: string } & Readonly<
    Record<string, string | number>
  >;
}

/** Rows of bottles, archives or folders of them. */
export async function parsedRows(...paths: string[]): Promise<StrainRow[]> {
  const { stdout } = await strainProducer(['parse', ...paths]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as StrainRow);
}

/** The same row at another instant. */
export function movedBy(row: StrainRow, milliseconds: number): StrainRow {
  const time = row.value.time + milliseconds;
  const timestamp = new Date(time).toISOString().replace('T', ' ').replace('.000Z', '').replace('Z', '');
  return { ...row, value: { ...row.value, time, timestamp } };
}

/** The row without some of its channels; one at least stays. */
export function partOf(row: StrainRow, random: () => number): StrainRow {
  const { site, time, timestamp, ...channels } = row.value;
  const names = Object.keys(channels);
  const kept = names.filter(() => random() < 0.5);
  const some = kept.length === 0 ? names.slice(0, 1) : kept;
  const left = Object.fromEntries(some.map((name) => [name, channels[name] ?? 0]));
  return { ...row, value: { site, time, timestamp, ...left } };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same items in random order. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
