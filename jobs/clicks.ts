/**
 * Clicks in a small shop: the job looks up the names of clicked items, and counts the names per minute.
 *
 *   clicks_ids ──┐
 *                ├─ name of the item at that time? ┬─ known ──── clicks_names ─ count ─ clicks_per_minute
 *   clicks_items ┘                                 └─ unknown ── clicks_unknown
 */
import type { JobDefinition } from './definition';

/** How long a count is kept after its last click. A later click starts a new count. */
const COUNT_KEPT = '1 d';

/**
 * How late a change of the catalogue may arrive and still apply to the clicks after it. Results are delayed
 * by the same time.
 */
const DELAY_SECONDS = 1;

/**
 * After this long without news, a topic no longer delays results. It is longer than the first read of a topic
 * takes, so that no click misses an entry of the catalogue.
 */
const IDLE = '3 s';

/** The topics of the shop. */
export const CLICKS_TOPICS = {
  /** Clicks, with the ids of items. */
  ids: 'clicks_ids',
  /** Catalogue: the name of each id. */
  items: 'clicks_items',
  /** Clicks, with the names of items. */
  names: 'clicks_names',
  /** Clicks on ids that are not in the catalogue. */
  unknown: 'clicks_unknown',
  /** Clicks per name and minute. */
  counts: 'clicks_per_minute',
} as const;

const { ids, items, names, unknown, counts } = CLICKS_TOPICS;

export const CLICKS: JobDefinition = {
  name: 'clicks',
  summary: 'Looks up the names of clicked items, and counts the clicks per name and minute.',
  topics: [
    { name: ids, partitions: 4 },
    { name: items, partitions: 1, cleanup: 'compact' },
    { name: names, partitions: 4 },
    { name: unknown, partitions: 1 },
    { name: counts, partitions: 1, cleanup: 'compact' },
  ],
  tables: [
    {
      topic: ids,
      computedColumns: { instant: 'CAST(`time` AS TIMESTAMP_LTZ(3))' },
      watermark: { column: 'instant', delay: `${DELAY_SECONDS} SECOND` },
      options: { 'scan.watermark.idle-timeout': IDLE },
    },
    {
      topic: items,
      upsert: true,
      recordTime: 'since',
      watermark: { column: 'since', delay: '0 SECOND' },
      options: { 'scan.watermark.idle-timeout': IDLE },
      sink: 'at-least-once',
    },
    { topic: names, sink: 'exactly-once' },
    { topic: unknown, sink: 'exactly-once' },
    { topic: counts, upsert: true, sink: 'exactly-once' },
  ],
  settings: {
    // Timestamps in the topics are UTC.
    'table.local-time-zone': 'UTC',
    'execution.checkpointing.interval': '1 s',
  },
  declarations: [
    `CREATE TABLE clock (
  id INT,
  \`time\` AS LOCALTIMESTAMP,
  instant AS CURRENT_TIMESTAMP,
  WATERMARK FOR instant AS instant - INTERVAL '${DELAY_SECONDS}' SECOND
) WITH (
  'connector' = 'datagen',
  'fields.id.null-rate' = '1',
  'rows-per-second' = '2'
)`,
    `-- The clock has no clicks, but its time advances, so the last click does not wait for another one.
CREATE TEMPORARY VIEW clicks AS
SELECT id, \`time\`, instant FROM ${ids}
UNION ALL
SELECT id, \`time\`, instant FROM clock WHERE id IS NOT NULL`,
    `CREATE TEMPORARY VIEW named AS
SELECT clicks.id, ${items}.name, clicks.\`time\`
FROM clicks LEFT JOIN ${items} FOR SYSTEM_TIME AS OF clicks.instant ON clicks.id = ${items}.id`,
  ],
  statement: `EXECUTE STATEMENT SET BEGIN

INSERT INTO ${names} SELECT id, name, \`time\` FROM named WHERE name IS NOT NULL;

INSERT INTO ${unknown} SELECT id, \`time\` FROM named WHERE name IS NULL;

INSERT INTO ${counts}
SELECT /*+ STATE_TTL('named' = '${COUNT_KEPT}') */ name, FLOOR(\`time\` TO MINUTE), COUNT(*)
FROM named WHERE name IS NOT NULL
GROUP BY name, FLOOR(\`time\` TO MINUTE);

END`,
};
