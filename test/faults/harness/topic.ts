import { setTimeout as sleep } from 'node:timers/promises';

import { readCommitted } from '../../e2e/committed';
import { asParsed } from '../../e2e/producing';

/** Attempts to read a topic: brokers and the registry may be away meanwhile. */
const ATTEMPTS = 4;

/** The committed rows of a topic, as `parse` prints them, read by Kafka's own consumer: at least `count`. */
export async function readRows(topic: string, count: number): Promise<string[]> {
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      const rows = asParsed(await readCommitted(topic, count));
      if (rows.length >= count || left === 0) return rows;
    } catch (error) {
      if (left === 0) throw error;
    }
    await sleep(1_000);
  }
}
