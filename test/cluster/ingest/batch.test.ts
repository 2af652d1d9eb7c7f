import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packBatch, readBatch } from '../../../cluster/ingest/batch';

const dir = mkdtempSync(path.join(tmpdir(), 'batch-'));

function put(name: string, content: string | Buffer): string {
  const file = path.join(dir, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

test('files keep the given name and the path below it', async () => {
  const folder = path.dirname(put('a/year/B009.2021182Day.tgz', 'day'));
  const single = put('b/B0092118200.tgz', 'hour');
  put('a/year/more/B018.2021182Day.tgz', 'another');
  const { files } = await readBatch([folder, single]);
  expect(files.map(({ name, size }) => `${name} ${size}`).sort()).toEqual([
    'B0092118200.tgz 4',
    'year/B009.2021182Day.tgz 3',
    'year/more/B018.2021182Day.tgz 7',
  ]);
});

test('the same files are the same batch, wherever they are and in whatever order they are given', async () => {
  const here = [put('here/one.tgz', '1'), put('here/two.tgz', '2')];
  const there = [put('there/two.tgz', '2'), put('there/one.tgz', '1')];
  const { hash } = await readBatch(here);
  expect((await readBatch(there)).hash).toBe(hash);
  put('there/one.tgz', 'another');
  expect((await readBatch(there)).hash).not.toBe(hash);
  expect(hash).toMatch(/^[0-9a-f]{12}$/);
});

test('two files that would have the same name in the cluster are refused', async () => {
  const files = [put('x/same.tgz', '1'), put('y/same.tgz', '2')];
  await expect(readBatch(files)).rejects.toThrow(
    `${files[0]} and ${files[1]} would both be named same.tgz in the cluster`,
  );
});

test('throws when there are no files', async () => {
  mkdirSync(path.join(dir, 'empty'));
  await expect(readBatch([path.join(dir, 'empty')])).rejects.toThrow('empty: no files found');
});

test('tar unpacks exactly the packed files', async () => {
  const big = Buffer.alloc(3_000_000, 'strain');
  const files = [put('pack/sub/big.tar', big), put('pack/small.tgz', 'x')];
  const archive = path.join(dir, 'batch.tar');
  await writeFile(archive, packBatch(await readBatch([path.join(dir, 'pack')])));
  const out = mkdtempSync(path.join(tmpdir(), 'unpacked-'));
  execFileSync('tar', ['-x', '-f', archive, '-C', out]);
  for (const file of files) {
    expect(readFileSync(path.join(out, path.relative(dir, file))).equals(readFileSync(file))).toBe(true);
  }
});

test('a file that disappears before it is packed fails the archive', async () => {
  const batch = await readBatch([put('gone/one.tgz', '1')]);
  const lost = { ...batch, files: batch.files.map((file) => ({ ...file, path: `${file.path}.lost` })) };
  await expect(writeFile(path.join(dir, 'lost.tar'), packBatch(lost))).rejects.toThrow('ENOENT');
});
