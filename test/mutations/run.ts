/** `npm run test:mutations`: breaks the charts one thing at a time and prints which rules notice. Exit 1 when one goes unnoticed. */
import Table from 'cli-table3';
import { rulesThatNotice } from './mutate';
import { MUTATIONS } from './mutations';

const table = new Table({ head: ['profile', 'broken', 'noticed by'], style: { head: [], border: [] } });
let unnoticed = 0;
for (const mutation of MUTATIONS) {
  const rules = rulesThatNotice(mutation);
  if (rules.length === 0) unnoticed += 1;
  table.push([mutation.profile, mutation.name, rules.join('\n') || 'NOTHING']);
}
console.log(table.toString());
console.log(`${MUTATIONS.length} mutations, ${MUTATIONS.length - unnoticed} noticed, ${unnoticed} not`);
process.exitCode = unnoticed === 0 ? 0 : 1;
