import { existsSync, readdirSync } from 'node:fs';

import { findSamples } from '../../../producer/publish/samples';

test("an image's folder is used as it is, and left there", async () => {
  const samples = await findSamples({ SAMPLE_BOTTLES: __dirname }, new AbortController().signal);
  expect(samples).toMatchObject({ folder: __dirname, made: false });
  await samples.remove();
  expect(existsSync(__dirname)).toBe(true);
});

test("elsewhere the demo's archives are made, and removed afterwards", async () => {
  const samples = await findSamples({}, new AbortController().signal);
  expect(samples.made).toBe(true);
  expect(readdirSync(samples.folder)).toEqual(['B0092118200.tgz', 'B0092118200_20.tar', 'B00921182Day.tgz']);
  await samples.remove();
  expect(existsSync(samples.folder)).toBe(false);
}, 60_000);

test('a signal ends the making', async () => {
  await expect(findSamples({}, AbortSignal.abort())).rejects.toThrow(/abort/);
});
