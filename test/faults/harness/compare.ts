/** Holds what a topic gives against what it has to give. */

/** How a topic differs from what is expected. */
export interface Difference {
  readonly rows: number;
  readonly lost: number;
  /** Rows more than expected: once more each time that a row is repeated. */
  readonly twice: number;
  /** Rows at another place among those of their station, where none are lost or repeated. */
  readonly disordered: number;
  /** The first row that differs, for messages. */
  readonly first?: string;
}

/** Compares rows, as `parse` prints them. Stations come in any order, the rows of each in theirs. */
export function compare(expected: readonly string[], found: readonly string[]): Difference {
  const [wanted, got] = [byStation(expected), byStation(found)];
  let [lost, twice, disordered] = [0, 0, 0];
  let first: string | undefined;
  for (const station of new Set([...wanted.keys(), ...got.keys()])) {
    const [want, have] = [wanted.get(station) ?? [], got.get(station) ?? []];
    const at = have.findIndex((row, i) => row !== want[i]);
    if (at === -1 && want.length === have.length) continue;
    first ??= at === -1 ? `${station}: row ${have.length} is missing` : `${station}, row ${at}: ${have[at]}`;
    const balance = new Map<string, number>();
    for (const row of want) balance.set(row, (balance.get(row) ?? 0) - 1);
    for (const row of have) balance.set(row, (balance.get(row) ?? 0) + 1);
    const differences = [...balance.values()];
    const missing = differences.reduce((sum, one) => sum + Math.max(0, -one), 0);
    const more = differences.reduce((sum, one) => sum + Math.max(0, one), 0);
    lost += missing;
    twice += more;
    if (missing + more === 0) disordered += have.filter((row, i) => row !== want[i]).length;
  }
  return { rows: found.length, lost, twice, disordered, first };
}

function byStation(rows: readonly string[]): Map<string, string[]> {
  const stations = new Map<string, string[]>();
  for (const row of rows) {
    const { site } = (JSON.parse(row) as { key: { site: string } }).key;
    const of = stations.get(site);
    if (of) of.push(row);
    else stations.set(site, [row]);
  }
  return stations;
}
