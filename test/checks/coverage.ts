/**
 * `npm run check:coverage -- FOLDER…`: the lines of the producer that several runs of Jest have covered
 * together, from the `coverage-final.json` that each has left in its folder. Exits with 1 below the limit.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { createCoverageMap, type CoverageMapData } from 'istanbul-lib-coverage';

import { ROOT } from '../../cli/root';

/** Percentage of the lines. */
const LIMIT = 90;

const map = createCoverageMap();
for (const folder of process.argv.slice(2)) {
  const text = readFileSync(path.join(folder, 'coverage-final.json'), 'utf8');
  map.merge(JSON.parse(text) as CoverageMapData);
}
const producer = path.join(ROOT, 'producer') + path.sep;
map.filter((file) => file.startsWith(producer));
for (const file of map.files()) {
  const { pct } = map.fileCoverageFor(file).toSummary().lines;
  if (pct < LIMIT) console.log(`${path.relative(ROOT, file)}: ${pct} % of its lines`);
}
const { pct, covered, total } = map.getCoverageSummary().lines;
console.log(`producer: ${pct} % of ${total} lines are covered (${covered}), expected at least ${LIMIT} %`);
if (!(pct >= LIMIT)) process.exitCode = 1;
