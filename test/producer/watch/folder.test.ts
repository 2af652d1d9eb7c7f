import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FolderTree } from '../../../producer/watch/folder';
import { SeenFiles } from '../../../producer/watch/seen';
import { folderOf } from '../helpers';
import { watch } from './helpers';

/** Makes a file that was written long ago. */
function old(path: string, content = 'x'): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  utimesSync(path, 1_600_000_000, 1_600_000_000);
}

/** Makes a file appear as loggers and `rsync` do. */
async function renameIn(path: string, content = 'x'): Promise<void> {
  const hidden = join(path, '..', '.partial');
  writeFileSync(hidden, content);
  // The system's file times are some milliseconds coarse.
  await sleep(20);
  renameSync(hidden, path);
}

test('finds archives and loose bottles at any depth, by station, session and period, and each once', async () => {
  const root = folderOf({});
  for (const name of ['b/B0182118200.tgz', 'a/B00921183Day.tgz', 'B00921182_01.tar', 'B00921182CH0']) {
    old(join(root, name));
  }
  const watched = await watch(root);
  expect(await watched.names()).toEqual([
    'B00921182CH0',
    'B00921183Day.tgz',
    'B00921182_01.tar',
    'B0182118200.tgz',
  ]);
  expect(watched.source.hasFoundAll).toBe(true);
  expect(await watched.namesWithin(1_500)).toEqual([]);
});

test('leaves out hidden, temporary and other files, and says so once', async () => {
  const root = folderOf({});
  for (const name of ['.B0092118200.tgz', '.hidden/B0092118200.tgz', 'B0092118200.tgz.part', 'notes.txt']) {
    old(join(root, name));
  }
  const watched = await watch(root);
  expect(await watched.namesWithin(1_200)).toEqual([]);
  expect(watched.log).toEqual([
    expect.stringMatching(/^info: .*(part|notes\.txt) and other files whose names are neither/),
    `info: ${root} has no archives yet`,
  ]);
});

test('an archive that is renamed in is found at once', async () => {
  const root = folderOf({});
  mkdirSync(join(root, 'B009/2026/331'), { recursive: true });
  const watched = await watch(root);
  await watched.poll();
  await watched.source.pause(watched.signal);
  await watched.poll();
  const began = Date.now();
  const path = join(root, 'B009/2026/331/B009263311728_20.tgz');
  await renameIn(path);
  const [archive] = await watched.next();
  expect(Date.now() - began).toBeLessThan(1_500);
  expect(archive).toMatchObject({ name: 'B009263311728_20.tgz', path, modified: statSync(path).mtime });
  const local = await archive!.fetch(watched.signal);
  expect(local?.path).toBe(path);
  await local?.release();
  expect(readFileSync(path, 'utf8')).toBe('x');
});

test('an event of the file system ends the pause', async () => {
  const root = folderOf({});
  const watched = await watch(root, { intervalSeconds: 600 });
  await watched.poll();
  await watched.poll();
  const found = watched.next(5_000);
  await sleep(200);
  await renameIn(join(root, 'B0092118200.tgz'));
  expect((await found).map(({ name }) => name)).toEqual(['B0092118200.tgz']);
});

test('an archive that is still being written is not found until it is unchanged for the settle time', async () => {
  const root = folderOf({});
  const path = join(root, 'B0092118200.tgz');
  const watched = await watch(root, { settleSeconds: 1 });
  await watched.poll();
  writeFileSync(path, '');
  let ended = 0;
  const writing = (async () => {
    for (let i = 0; i < 12; i++) {
      await sleep(250);
      appendFileSync(path, 'more');
    }
    ended = Date.now();
  })();
  const [archive] = await watched.next();
  expect(ended).toBeGreaterThan(0);
  expect(Date.now() - ended).toBeGreaterThanOrEqual(950);
  const local = await archive!.fetch(watched.signal);
  expect(readFileSync(local!.path, 'utf8')).toBe('more'.repeat(12));
  await writing;
});

test('an archive that is still being written holds back later ones of its station and session', async () => {
  const root = folderOf({});
  const names = [
    'B009263312001_20.tgz',
    'B009263312002_20.tgz',
    'B009263312003_20.tgz',
    'B010263312003_20.tgz',
  ];
  const [before, written, after, other] = names.map((name) => join(root, name));
  for (const path of [before!, after!, other!]) await renameIn(path);
  writeFileSync(written!, 'x');
  const watched = await watch(root, { settleSeconds: 1 });
  expect(await watched.names()).toEqual([names[0], names[3]]);
  expect((await watched.next()).map(({ name }) => name)).toEqual([names[1], names[2]]);
});

test('an archive whose writer never ends holds back others for a minute only', async () => {
  const root = folderOf({});
  const [written, after] = ['B0092118200.tgz', 'B0092118201.tgz'];
  await renameIn(join(root, after));
  writeFileSync(join(root, written), 'x');
  const watched = await watch(root, { settleSeconds: 1 });
  expect(await watched.names()).toEqual([]);
  const now = performance.now.bind(performance);
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + 61_000);
  appendFileSync(join(root, written), 'more');
  expect(await watched.names()).toEqual([after]);
  clock.mockRestore();
});

test('an archive with new content is found again, in a folder of long ago too', async () => {
  const root = folderOf({});
  const path = join(root, 'B009/2019/115/B0091911500.tgz');
  for (const day of ['115', '200', '201', '202']) old(join(root, `B009/2019/${day}/B00919${day}00.tgz`));
  const watched = await watch(root, { settleSeconds: 0.2 });
  expect(await watched.names()).toHaveLength(4);
  writeFileSync(path, 'changed');
  const found = await watched.next();
  expect(found.map(({ name }) => name)).toEqual(['B0091911500.tgz']);
  expect(await watched.namesWithin(1_500)).toEqual([]);
});

test('an archive that is replaced in a recent folder does not wait for the walk', async () => {
  const root = folderOf({});
  old(join(root, 'B009/2021/199/B00921199Day.tgz'));
  const tree = new FolderTree(root, 2);
  const seen = new SeenFiles();
  const list = async (): Promise<string[]> => {
    const { files } = await tree.list('B009/2021/199/', 'news', seen, new AbortController().signal);
    return files.filter(({ path, version }) => seen.note(path, version)).map(({ name }) => name);
  };
  expect(await list()).toEqual(['B00921199Day.tgz']);
  expect(await list()).toEqual([]);
  await renameIn(join(root, 'B009/2021/199/B00921199Day.tgz'), 'replaced');
  expect(await list()).toEqual(['B00921199Day.tgz']);
  await tree.close();
});

test('a folder that vanishes and returns is one outage, and nothing in it is found again', async () => {
  const root = folderOf({ 'disk/B0092118200.tgz': 'x' });
  const disk = join(root, 'disk');
  old(join(disk, 'B0092118200.tgz'));
  const watched = await watch(disk);
  expect(await watched.names()).toEqual(['B0092118200.tgz']);

  renameSync(disk, join(root, 'unmounted'));
  await watched.namesWithin(1_500);
  expect(watched.source.isReachable).toBe(false);
  renameSync(join(root, 'unmounted'), disk);
  await renameIn(join(disk, 'B0092118201.tgz'));
  expect((await watched.next()).map(({ name }) => name)).toEqual(['B0092118201.tgz']);
  expect(watched.source.isReachable).toBe(true);
  expect(watched.log).toEqual([
    `warn: ${disk} cannot be read (no such file or directory): trying again in 1 s, then at least every 60 s`,
    expect.stringMatching(new RegExp(`^info: ${disk} can be read again, after \\d+ s$`)),
  ]);
});

test('a disk that is not mounted leaves an empty folder: nothing is forgotten', async () => {
  const root = folderOf({});
  old(join(root, 'B0092118200.tgz'));
  const watched = await watch(root);
  expect(await watched.names()).toEqual(['B0092118200.tgz']);
  rmSync(join(root, 'B0092118200.tgz'));
  expect(await watched.namesWithin(1_200)).toEqual([]);
  old(join(root, 'B0092118200.tgz'));
  expect(await watched.namesWithin(1_200)).toEqual([]);
});

test('links are followed, and a link to a folder around it is not', async () => {
  const root = folderOf({});
  const elsewhere = folderOf({});
  old(join(elsewhere, 'B0182118200.tgz'));
  old(join(root, 'a/B0092118200.tgz'));
  symlinkSync(elsewhere, join(root, 'other'));
  symlinkSync(root, join(root, 'a/loop'));
  expect(await (await watch(root)).names()).toEqual(['B0092118200.tgz', 'B0182118200.tgz']);
});

test('an archive that is removed before it is fetched is left out, with a message', async () => {
  const root = folderOf({});
  old(join(root, 'B0092118200.tgz'));
  const watched = await watch(root);
  const [archive] = await watched.poll();
  rmSync(join(root, 'B0092118200.tgz'));
  expect(await archive!.fetch(watched.signal)).toBeUndefined();
  expect(watched.log).toEqual([`info: ${archive!.path} was removed or replaced before it could be read`]);
});

test('only archives that are accepted are found', async () => {
  const root = folderOf({});
  for (const name of ['B0092118200.tgz', 'B0182118200.tgz']) old(join(root, name));
  const watched = await watch(root, { accepts: (name) => name.startsWith('B018') });
  expect(await watched.names()).toEqual(['B0182118200.tgz']);
});

test.each([
  ['there is nothing', '/not/there', '/not/there: no such file or directory'],
  ['a file', __filename, 'folder.test.ts: not a directory'],
  ['another scheme', 'ftp://example.org/x', 'ftp://example.org/x cannot be watched'],
])('a wrong address is an error at the start: %s', async (_, address, message) => {
  const looking = async (): Promise<unknown> => (await watch(address)).poll();
  await expect(looking()).rejects.toMatchObject({
    code: 'INPUT_UNREADABLE',
    message: expect.stringContaining(message) as string,
    fix: expect.any(String) as string,
  });
});

const asRoot = process.getuid?.() === 0;
(asRoot ? test.skip : test)(
  'a folder without permission is left out and said once; the rest is found',
  async () => {
    const root = folderOf({});
    old(join(root, 'B009/B0092118200.tgz'));
    old(join(root, 'B018/B0182118200.tgz'));
    chmodSync(join(root, 'B009'), 0);
    const watched = await watch(root);
    expect(await watched.namesWithin(1_500)).toEqual(['B0182118200.tgz']);
    expect(watched.log).toHaveLength(1);
    chmodSync(join(root, 'B009'), 0o755);
    expect((await watched.next()).map(({ name }) => name)).toEqual(['B0092118200.tgz']);
  },
);
