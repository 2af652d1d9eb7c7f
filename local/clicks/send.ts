/** Sends clicks at a rate. The same seed gives the same sequence of items. */
import { setTimeout as sleep } from 'node:timers/promises';
import { uniform } from '../../producer/sample/arithmetic';
import type { Click } from './expected';
import { type Shop, UNKNOWN_ID } from './shop';

/** How often clicks are sent, in one batch. */
const EVERY_MS = 100;

export interface SendOptions {
  /** Ids of the items that are clicked. */
  readonly ids: readonly number[];
  /** @default - no limit */
  readonly count?: number;
  /** Clicks per second. */
  readonly rate: number;
  readonly seed: number;
  /** Share of the clicks, 0 to 1, on an id that is not in the catalogue. */
  readonly unknown: number;
  readonly signal: AbortSignal;
}

/** Sends the clicks and returns those that Kafka acknowledged. A signal ends it early, without an error. */
export async function sendClicks(shop: Pick<Shop, 'click'>, options: SendOptions): Promise<Click[]> {
  const { count = Infinity, rate, signal } = options;
  const sent: Click[] = [];
  const began = Date.now();
  while (sent.length < count && !signal.aborted) {
    const due = Math.min(count, Math.ceil(((Date.now() - began + EVERY_MS) / 1000) * rate));
    const time = Date.now();
    const clicks = Array.from({ length: due - sent.length }, (_, i) => ({
      id: itemOf(sent.length + i, options),
      time,
    }));
    if (clicks.length > 0) await shop.click(clicks);
    sent.push(...clicks);
    if (sent.length < count) await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return sent;
}

/**
 * The item of a click. Each click takes two random numbers, so that the share of unknown ids does not change
 * the other clicks.
 */
export function itemOf(
  index: number,
  { ids, seed, unknown }: Pick<SendOptions, 'ids' | 'seed' | 'unknown'>,
): number {
  if (uniform(seed, 2 * index) < unknown) return UNKNOWN_ID;
  return ids[Math.floor(uniform(seed, 2 * index + 1) * ids.length)] ?? UNKNOWN_ID;
}
