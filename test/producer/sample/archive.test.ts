import { createHash } from 'node:crypto';
import { CHANNELS } from '../../../producer/bottle/channels';
import { decodeHeader } from '../../../producer/bottle/header';
import { parseBottleName } from '../../../producer/bottle/name';
import { dayArchive, loggerArchive, type SampleArchive } from '../../../producer/sample/archive';
import { dayBottles } from '../../../producer/sample/bottles';
import { planArchives, stationNames } from '../../../producer/sample/plan';

/** Deflating in plain JavaScript is ten times slower in Jest's sandbox. */
jest.setTimeout(30_000);

const DAY = Date.UTC(2021, 6, 1);

async function contentOf(archive: SampleArchive): Promise<{ bytes: Buffer; steps: number }> {
  const chunks: Buffer[] = [];
  let steps = 0;
  for await (const chunk of archive.content(() => steps++)) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks), steps };
}

/** What `strain-producer sample DIR` writes. A change here changes what users compare with. */
const DEMO = {
  'B00921182Day.tgz': '500aa0261862ad0956ecf4803c6f47b1921b38c829ee15509d7cc91caa760410',
  'B0092118200.tgz': '06ca668e0e4ac80d66057f3a6dfe8159e9fb46e616131d1d75ce42fc7821d366',
  'B0092118200_20.tar': 'd0f3365d54894b5ed7aea6d793a8492d26c9c547bef67342008ce99a983da74d',
};

test('the demo archives are the same to the byte', async () => {
  const sums: Record<string, string> = {};
  for (const archive of planArchives()) {
    const { bytes, steps } = await contentOf(archive);
    expect(steps).toBe(archive.steps);
    sums[archive.name] = createHash('sha256').update(bytes).digest('hex');
  }
  expect(sums).toEqual(DEMO);
});

test('a day of hours holds the very archives that a logger sends', async () => {
  const { bytes, steps } = await contentOf(dayArchive('B009', 'Hour', DAY));
  const { bytes: hour } = await contentOf(loggerArchive('B009', 'Hour', DAY + 13 * 3_600_000));
  expect(steps).toBe(24);
  expect(bytes.includes(hour)).toBe(true);
});

test('a day at 20 Hz begins with the very archive that a logger sends of its first hour', async () => {
  const { bytes: hour } = await contentOf(loggerArchive('B009', 'Min', DAY));
  const beginning: Buffer[] = [];
  for await (const chunk of dayArchive('B009', 'Min', DAY).content(() => undefined)) {
    beginning.push(chunk);
    if (Buffer.concat(beginning).length > hour.length) break;
  }
  expect(Buffer.concat(beginning).subarray(512).indexOf(hour)).toBe(0);
});

test('a Day archive holds every Day channel, each at its own rate', () => {
  const bottles = dayBottles('B009', DAY);
  const channels = bottles.map(({ name }) => parseBottleName(name)?.channel);
  const expected = CHANNELS.filter(({ session }) => session === 'Day').map(({ name }) => name);
  expect([...channels].sort()).toEqual([...expected].sort());
  for (const { name, data } of bottles) {
    const { start, interval, length } = decodeHeader(data);
    const isCalibration = /RTSetting|Cal/.test(name);
    expect(start).toBe(isCalibration ? DAY + 1_800_000 : DAY);
    expect(interval * length).toBe(86_400_000);
    expect(interval).toBe(isCalibration ? 3_600_000 : /CH\d$/.test(name) ? 600_000 : 1_800_000);
  }
});

test('a plan goes by station, day and session', () => {
  const plan = {
    stations: ['B009', 'B018'],
    days: 2,
    sessions: ['Day', 'Min'],
    start: Date.UTC(2020, 11, 31),
  } as const;
  expect([...planArchives(plan)].map(({ name }) => name)).toEqual([
    'B00920366Day.tgz',
    'B00920366_20.tar',
    'B00921001Day.tgz',
    'B00921001_20.tar',
    'B01820366Day.tgz',
    'B01820366_20.tar',
    'B01821001Day.tgz',
    'B01821001_20.tar',
  ]);
});

test("the public archive's names", () => {
  expect([...planArchives({ days: 1, publicNames: true })].map(({ name }) => name)).toEqual([
    'B009.2021182Day.tgz',
    'B009.2021182_01.tar',
    'B009.2021182_20.tar',
  ]);
});

test('stations by number', () => {
  expect(stationNames(3)).toEqual(['B009', 'B010', 'B011']);
});
