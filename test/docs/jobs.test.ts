import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { JOBS } from '../../jobs/index';

const DOCS = path.join(__dirname, '../../docs/jobs');

test.each(JOBS.map((job) => [job.name, job.statement] as const).filter(([name]) => name.startsWith('gtsm')))(
  'the page of %s shows the SQL that runs',
  (name, statement) => {
    expect(readFileSync(path.join(DOCS, `${name}.md`), 'utf8')).toContain(statement);
  },
);

test('the README links the page of every job that has one, and of the views', () => {
  const readme = readFileSync(path.join(DOCS, '../../README.md'), 'utf8');
  for (const name of [...JOBS.map((job) => job.name), 'gtsm-strain']) {
    if (existsSync(path.join(DOCS, `${name}.md`))) expect(readme).toContain(`(docs/jobs/${name}.md)`);
  }
});
