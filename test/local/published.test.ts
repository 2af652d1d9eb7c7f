import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { remember, selectNew } from '../../local/published';
import { localSettings } from '../../local/options';

const newDir = (): string => mkdtempSync(path.join(tmpdir(), 'published-'));

test('published files are recognized by their content, whatever their name', async () => {
  const settings = localSettings({ stateDir: newDir() }, {});
  const bottles = newDir();
  writeFileSync(path.join(bottles, 'a.tgz'), 'A');
  writeFileSync(path.join(bottles, 'b.tgz'), 'B');
  const first = await selectNew(settings, [bottles]);
  expect(first).toMatchObject({ paths: [bottles], done: [] });
  await remember(settings, first.fresh);

  const again = await selectNew(settings, [bottles]);
  expect(again).toMatchObject({ paths: [], fresh: [] });
  expect(again.done).toHaveLength(2);

  writeFileSync(path.join(bottles, 'a.tgz'), 'changed');
  writeFileSync(path.join(bottles, 'copy-of-b.tgz'), 'B');
  const third = await selectNew(settings, [bottles]);
  expect(third.paths).toEqual([path.join(bottles, 'a.tgz')]);
  await remember(settings, third.fresh);
  expect((await selectNew(settings, [bottles])).fresh).toEqual([]);
});
