import { setTimeout as sleep } from 'node:timers/promises';
import { WatchMetrics } from '../../../producer/watch/metrics';
import type { WatchPublisher } from '../../../producer/watch/publisher';
import type { ArchiveSource, FoundArchive } from '../../../producer/watch/source';
import { Watcher } from '../../../producer/watch/watcher';

/** Finds an archive at the first look, and nothing after it. */
function sourceOf(address: string): ArchiveSource {
  const archive: FoundArchive = {
    name: 'B0092118200.tgz',
    path: `${address}/B0092118200.tgz`,
    modified: undefined,
    fetch: () => Promise.resolve({ path: 'copy', release: () => Promise.resolve() }),
  };
  const found = [[archive]];
  return {
    address,
    isReachable: true,
    hasFoundAll: true,
    poll: () => Promise.resolve(found.shift() ?? []),
    pause: () => sleep(5),
    close: () => Promise.resolve(),
  };
}

test('it has caught up when all that every source had is published (source and publisher are stand-ins)', async () => {
  const happened: string[] = [];
  const stop = new AbortController();
  const publisher = {
    async publish([unit]: Parameters<WatchPublisher['publish']>[0]) {
      await sleep(50);
      happened.push(unit!.source);
    },
  } as unknown as WatchPublisher;
  const onCaughtUp = (): void => {
    happened.push('caught up');
    stop.abort();
  };
  const metrics = await WatchMetrics.create();
  const watcher = new Watcher({ publisher, metrics, signal: stop.signal, onCaughtUp });
  await watcher.watch([sourceOf('first'), sourceOf('second')]);
  expect(happened).toEqual(['first', 'second', 'caught up']);
});
