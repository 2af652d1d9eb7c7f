import { createHash } from 'node:crypto';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import fc from 'fast-check';

import { ArchiveTable, type KnownArchive } from '../../../producer/exactly-once/archive-table';

const sha256 = (content: number): string => createHash('sha256').update(String(content)).digest('hex');

/** Few names, contents, topics and instants, so that they meet. */
const knownArchive: fc.Arbitrary<KnownArchive> = fc
  .record({
    archive: fc.constantFrom(...Array.from({ length: 40 }, (_, index) => `B0092118200_${index}.tar`)),
    state: fc.constantFrom('partial', 'done'),
    sha256: fc.integer({ min: 0, max: 20 }).map(sha256),
    issue: fc.integer({ min: 1, max: 3 }),
    topicId: fc.constantFrom('old', 'new'),
    rowsCommitted: fc.nat(),
    damage: fc.constantFrom(null, 'a.tar, byte 512: found nothing, expected a header'),
    period: fc.option(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat({ max: 10 }))),
  })
  .map(({ period, damage, ...known }) => ({
    ...known,
    damage,
    damaged: damage === null ? 0 : 1,
    firstTime: period ? period[0] : null,
    lastTime: period ? period[0] + period[1] : null,
  }));

const change = fc.oneof(
  { weight: 5, arbitrary: knownArchive.map((known) => ({ put: known })) },
  { weight: 1, arbitrary: knownArchive.map(({ archive }) => ({ remove: archive })) },
);

test('it answers as a list of objects would, whatever is put and removed', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), knownArchive, (changes, asked) => {
      const table = new ArchiveTable();
      const objects = new Map<string, KnownArchive>();
      for (const one of changes) {
        if ('put' in one) {
          table.put(one.put);
          objects.set(one.put.archive, one.put);
        } else {
          table.delete(one.remove);
          objects.delete(one.remove);
        }
      }
      const all = [...objects.values()];
      expect(table.get(asked.archive)).toEqual(objects.get(asked.archive));
      const same = all.filter(
        (one) => one.state === 'done' && one.sha256 === asked.sha256 && one.topicId === asked.topicId,
      );
      const found = table.withContent(asked.sha256, asked.topicId);
      if (found) expect(same).toContainEqual(found);
      else expect(same).toEqual([]);
      const [first, last] = [asked.firstTime ?? -3, asked.lastTime ?? 3];
      expect(table.overlaps({ first, last }, asked)).toBe(
        all.some(
          (one) =>
            one.archive !== asked.archive &&
            one.topicId === asked.topicId &&
            one.firstTime !== null &&
            one.firstTime <= last &&
            one.lastTime! >= first,
        ),
      );
    }),
    { seed: 20_261_128 },
  );
});

test('an archive takes less than half the memory of an object', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const used = (): number => {
    // Memory of array buffers is freed a collection later.
    collectGarbage();
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const ARCHIVES = 50_000;
  const known = (index: number): KnownArchive => {
    const archive = path.basename(`/data/stations/B009/2021/B009${20_000_000 + index}_20.tar`);
    const firstTime = index * 3_600_000;
    return {
      ...{ archive, state: 'done', sha256: sha256(index), issue: 1, topicId: 'a', rowsCommitted: 71_600 },
      ...{ damaged: 0, damage: null, firstTime, lastTime: firstTime + 3_599_950 },
    };
  };
  const empty = used();
  const table = new ArchiveTable();
  for (let index = 0; index < ARCHIVES; index++) table.put(known(index));
  const withTable = used();
  const objects = new Map<string, KnownArchive>();
  for (let index = 0; index < ARCHIVES; index++) {
    const one = known(index);
    objects.set(one.archive, one);
  }
  const withObjects = used();
  expect((withTable - empty) / (withObjects - withTable)).toBeLessThan(0.5);
  expect(table.get('B00920000000_20.tar')).toEqual(objects.get('B00920000000_20.tar'));
});
