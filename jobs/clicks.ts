/**
 * Clicks in a small shop: ids of items become names, and names are counted by the minute.
 *
 *   clicks_ids ──┐
 *                ├─ which name had the item then? ─┬─ known ──── clicks_names ─ count ─ clicks_per_minute
 *   clicks_items ┘                                 └─ unknown ── clicks_unknown
 */
import type { JobDefinition } from './definition';

/** A minute's count is forgotten so long after its last click; a click that comes later than that begins a new one. */
const COUNT_KEPT = '1 d';

/** For so long a change of the catalogue may be on its way and still hold for the clicks after it. Results wait as long. */
const DELAY_SECONDS = 1;

/**
 * A topic without news for so long holds nothing back. It is longer than a topic takes to be read first, so that no click misses
 * a catalogue that is there.
 */
const IDLE = '3 s';

/** The topics of the shop. */
export const CLICKS_TOPICS = {
  /** Clicks as ids of items. */
  ids: 'clicks_ids',
  /** The catalogue: the name of each id. */
  items: 'clicks_items',
  /** Clicks with the names of their items. */
  names: 'clicks_names',
  /** Clicks on items that the catalogue does not have. */
  unknown: 'clicks_unknown',
  /** Counts by name and minute. */
  counts: 'clicks_per_minute',
} as const;

const { ids, items, names, unknown, counts } = CLICKS_TOPICS;

export const CLICKS: JobDefinition = {
  name: 'clicks',
  summary: 'Gives the clicks on ids of items their names, and counts them by name and minute.',
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
    // Instants of the topics are UTC.
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
    `-- The clock has no click, but its time goes on: so the last click needs no further one to come out.
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
