import type { Reading } from './reading';

/** Rows that are not exactly the values of the bottles that were read, the first value of each instant. */
export function wrongRows({ bottles, rows }: Reading): string[] {
  if (!rows) return [];
  const values = new Map<string, Map<number, number>>();
  for (const { bottle } of bottles) {
    const column = columnOf(values, `${bottle.site} ${bottle.session} ${bottle.field}`);
    for (let i = 0; i < bottle.length; i++) {
      const time = bottle.start + i * bottle.interval;
      if (!bottle.absent?.[i] && !column.has(time)) column.set(time, bottle.values[i]!);
    }
  }
  for (const { site, session, times, columns, length } of rows) {
    for (const { field, values: ints, absent } of columns) {
      const id = `${site} ${session} ${field}`;
      const column = columnOf(values, id);
      for (let row = 0; row < length; row++) {
        if (absent?.[row]) continue;
        const value = column.get(times[row]!);
        if (value !== ints[row]) return [`${id} at ${times[row]}: the row has ${ints[row]}, not ${value}`];
        column.delete(times[row]!);
      }
    }
  }
  const left = [...values].find(([, column]) => column.size > 0);
  return left ? [`${left[0]}: ${left[1].size} values are in no row`] : [];
}

function columnOf(values: Map<string, Map<number, number>>, id: string): Map<number, number> {
  let column = values.get(id);
  if (!column) values.set(id, (column = new Map<number, number>()));
  return column;
}
