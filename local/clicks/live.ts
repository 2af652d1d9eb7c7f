/** Shows the counts as they change: a terminal shows the table in place, anything else a line per change. */
import type { Report } from '../../cli/report';
import type { Results } from './results';
import { countTable, totalOf } from './view';

/** How often the table is drawn. */
const EVERY_MS = 500;

/** Shows the counts until the returned function is called. The last table remains. */
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
