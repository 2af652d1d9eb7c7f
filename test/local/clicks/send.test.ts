import type { Click } from '../../../local/clicks/expected';
import { itemOf, sendClicks } from '../../../local/clicks/send';
import { UNKNOWN_ID } from '../../../local/clicks/shop';

const ids = [1, 2, 3];
const items = (seed: number, unknown = 0): number[] =>
  Array.from({ length: 3_000 }, (_, i) => itemOf(i, { ids, seed, unknown }));

test('the same seed gives the same items, another seed gives others', () => {
  expect(items(1)).toEqual(items(1));
  expect(items(1)).not.toEqual(items(2));
});

test('all items are clicked, about equally', () => {
  for (const id of ids) {
    const share = items(1).filter((it) => it === id).length / 3_000;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.37);
  }
});

test('a share of unknown ids does not change the other clicks', () => {
  const [known, mixed] = [items(1), items(1, 0.1)];
  const unknown = mixed.filter((id) => id === UNKNOWN_ID).length;
  expect(unknown).toBeGreaterThan(240);
  expect(unknown).toBeLessThan(360);
  expect(mixed.every((id, i) => id === UNKNOWN_ID || id === known[i])).toBe(true);
});

test('sends the given number of clicks at the given rate, and returns them', async () => {
  const taken: unknown[] = [];
  const shop = { click: (clicks: readonly Click[]) => Promise.resolve(void taken.push(...clicks)) };
  const began = Date.now();
  const { signal } = new AbortController();
  const sent = await sendClicks(shop, {
    ids,
    count: 40,
    rate: 100,
    seed: 1,
    unknown: 0,
    signal,
  });
  expect(Date.now() - began).toBeGreaterThanOrEqual(290);
  expect(sent).toHaveLength(40);
  expect(taken).toEqual(sent);
});

test('ends early when it is aborted', async () => {
  const controller = new AbortController();
  const shop = { click: () => Promise.resolve(controller.abort()) };
  const sent = await sendClicks(shop, {
    ids,
    rate: 100,
    seed: 1,
    unknown: 0,
    signal: controller.signal,
  });
  expect(sent).toHaveLength(10);
});
