import type { JobDefinition } from '../../jobs/definition';

/** The job that docs/jobs/clicks.md shows as one's own. */
export const POPULAR: JobDefinition = {
  name: 'popular',
  summary: 'Counts the clicks of each name.',
  topics: [{ name: 'clicks_names' }, { name: 'popular', partitions: 1, cleanup: 'compact' }],
  tables: [{ topic: 'clicks_names' }, { topic: 'popular', upsert: true, sink: 'exactly-once' }],
  settings: { 'execution.checkpointing.interval': '10 s' },
  statement: 'INSERT INTO popular SELECT name, COUNT(*) FROM clicks_names GROUP BY name',
};
