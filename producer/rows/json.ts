/**
 * Rows as lines of JSON: `{"session","key","value"}` with plain values, fields in the schema's order, nulls
 * left out.
 */
import type { RowBatch } from './batch';
import { timestampFormatter } from './timestamp';

/**
 * Makes a function from a batch to its lines, each with its line end. The text is built without an object per
 * row.
 */
export function ndjsonFormatter(): (batch: RowBatch) => string {
  const format = timestampFormatter();
  return (batch) => {
    const { times, columns, length } = batch;
    const site = JSON.stringify(batch.site);
    const head = `{"session":"${batch.session}","key":{"site":${site}},"value":{"site":${site},"time":`;
    const names = columns.map((column) => `,"${column.field}":`);
    let lines = '';
    for (let row = 0; row < length; row++) {
      const time = times[row]!;
      lines += `${head}${time},"timestamp":"${format(time)}"`;
      for (let c = 0; c < columns.length; c++) {
        const { values, absent } = columns[c]!;
        if (!absent?.[row]) lines += names[c]! + values[row]!;
      }
      lines += '}}\n';
    }
    return lines;
  };
}
