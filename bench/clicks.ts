/** Clicks for the benchmark of the jobs, and a clicks job that ends after them. */
import type { JobDefinition } from '../jobs/definition';
import { CLICKS } from '../jobs/clicks';
import { itemOf } from '../local/clicks/send';
import { FIRST_CATALOGUE, Shop } from '../local/clicks/shop';
import type { LocalSettings } from '../local/settings';

/** Number of clicks per request. */
const BATCH = 5_000;

const SEED = 1;

/** The clock is unbounded, so the job would never end. It is not needed if the clicks end. */
const ENDLESS_CLOCK = `'rows-per-second' = '2'`;

/** Sends a catalogue and clicks on its items. Their topics must exist. */
export async function sendClicks(settings: LocalSettings, count: number): Promise<void> {
  const shop = await Shop.open(settings);
  try {
    await shop.name(FIRST_CATALOGUE, 0);
    const choice = { ids: FIRST_CATALOGUE.map(([id]) => id), seed: SEED, unknown: 0 };
    for (let sent = 0; sent < count; sent += BATCH) {
      const time = Date.now();
      const length = Math.min(BATCH, count - sent);
      await shop.click(Array.from({ length }, (_, i) => ({ id: itemOf(sent + i, choice), time })));
    }
  } finally {
    await shop.close();
  }
}

/** A clicks job that reads only the records that exist when it starts. */
export function endingClicks(): JobDefinition {
  const declarations = CLICKS.declarations?.map((text) =>
    text.replace(ENDLESS_CLOCK, `${ENDLESS_CLOCK},\n  'number-of-rows' = '1'`),
  );
  const read = CLICKS.tables.map((table) =>
    table.sink === 'exactly-once' ? table : { ...table, bounded: true },
  );
  return { ...CLICKS, declarations, tables: read };
}
