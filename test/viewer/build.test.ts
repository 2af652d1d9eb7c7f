import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { buildPage } from '../../viewer/build';

/** Most bytes of the script, compressed: it is loaded over slow links, too. */
const MOST_BYTES = 150_000;

let folder: string;
let html: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'page-'));
  await writeFile(path.join(folder, 'of-an-earlier-build.js'), '');
  await buildPage(folder);
  html = await readFile(path.join(folder, 'index.html'), 'utf8');
});

afterAll(() => rm(folder, { recursive: true }));

test('names its script and its style by their content, and leaves nothing of an earlier build', async () => {
  const files = (await readdir(folder)).map((file) => file.replace(/-[0-9A-Z]{8}\./, '-HASH.')).sort();
  expect(files).toEqual([
    'index.html',
    'page-HASH.css',
    'page-HASH.css.map',
    'page-HASH.js',
    'page-HASH.js.map',
  ]);
  for (const [, file] of html.matchAll(/(?:src|href)="(page[^"]+)"/g)) {
    await expect(readFile(path.join(folder, file!))).resolves.toBeDefined();
  }
});

test('the page works under a strict content security policy and a path prefix', () => {
  expect(html).not.toMatch(
    /<style|style="|<script(?! type="module" src="page-)| on\w+="|(?:src|href)="(\/|http)/,
  );
});

test('the script is small', async () => {
  const script = (await readdir(folder)).find((file) => file.endsWith('.js'))!;
  expect(gzipSync(await readFile(path.join(folder, script))).length).toBeLessThan(MOST_BYTES);
});
