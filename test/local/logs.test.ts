import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lastLines, looksLikeFullDisk } from '../../local/logs';

const file = path.join(mkdtempSync(path.join(tmpdir(), 'logs-')), 'service.log');

test('returns the last lines that are not empty', async () => {
  writeFileSync(file, 'one\ntwo\n\nthree\n');
  expect(await lastLines(file, 2)).toEqual(['two', 'three']);
});

test('keeps the message of an exception and leaves out its stack frames', async () => {
  writeFileSync(file, 'java.io.IOException: gone\n\tat a.B.c(B.java:1)\nCaused by: why\n\t... 3 more\n');
  expect(await lastLines(file)).toEqual(['java.io.IOException: gone', 'Caused by: why']);
});

test('reads only the end of a large log', async () => {
  writeFileSync(file, `${'x'.repeat(200_000)}\nlast\n`);
  expect((await lastLines(file)).at(-1)).toBe('last');
});

test('returns no lines when the log does not exist', async () => {
  expect(await lastLines(`${file}.none`)).toEqual([]);
});

test.each([
  ['java.io.IOException: No space left on device', true],
  ['write: ENOSPC', true],
  ['INFO started', false],
])('%s', (line, full) => {
  expect(looksLikeFullDisk(['INFO before', line])).toBe(full);
});
