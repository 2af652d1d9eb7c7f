/** Rows and progress in one transaction: what is published again is what was not published. */
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readCommitted } from './committed';
import { asParsed, produce, strainProducer } from './producing';

let folder: string;
let rows: string[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'exactly-once-'));
  await strainProducer(['sample', folder]);
  rows = (await strainProducer(['parse', folder])).stdout.trim().split('\n');
});
afterAll(() => rm(folder, { recursive: true }));

test('the same archives again: nothing is published, and the run says so', async () => {
  const first = await produce('twice', [folder]);
  expect(first.stderr).toBe('');
  expect(first.code).toBe(0);
  const again = await produce('twice', [folder]);
  expect(again.code).toBe(0);
  expect(again.stderr).toContain('0 rows committed');
  expect(asParsed(await readCommitted('twice'))).toEqual(rows);
});
