import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { areFunctionsThere } from '../../local/functions';

test('functions are missing when they were not built, or were built from other sources', async () => {
  const parts = mkdtempSync(path.join(tmpdir(), 'parts-'));
  expect(await areFunctionsThere(parts)).toBe(false);
  mkdirSync(path.join(parts, 'flink'));
  writeFileSync(path.join(parts, 'flink', 'functions.jar'), '');
  writeFileSync(path.join(parts, 'functions.sha256'), 'of other sources');
  expect(await areFunctionsThere(parts)).toBe(false);
});
