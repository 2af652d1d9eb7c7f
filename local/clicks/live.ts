/** Shows the counts as they change: on a terminal the table in its place, elsewhere a line when they have. */
import type { Report } from '../../cli/report';
import type { Results } from './results';
import { countTable, totalOf } from './view';

/** Often enough to look alive. */
const EVERY_MS = 500;

/** Shows the counts until what it returns is called, which leaves the last table standing. */
export function showLive(results: Results, report: Report, out: NodeJS.WriteStream): () => void {
  let height = 0;
  let shown = -1;
  const show = (): void => {
    const total = totalOf(results.counts);
    if (total === shown) return;
    shown = total;
    if (!out.isTTY) {
      report.step(`${total} clicks counted`);
      return;
    }
    const table = countTable(results.counts);
    out.write(`${height > 0 ? `\x1b[${height}A\x1b[J` : ''}${table}\n`);
    height = table.split('\n').length;
  };
  const timer = setInterval(show, EVERY_MS);
  return () => {
    clearInterval(timer);
    show();
    if (!out.isTTY) report.line(countTable(results.counts));
  };
}
