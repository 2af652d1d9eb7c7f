/**
 * The clicks job on real services: exact in spite of all that happens, and `npm run clicks` as users run it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CLICKS, CLICKS_TOPICS } from '../../jobs/clicks';
import { sendClicks } from '../../local/clicks/send';
import { Shop, UNKNOWN_ID } from '../../local/clicks/shop';
import { FlinkRest } from '../../local/jobs/flink-rest';
import { JobRunner } from '../../local/jobs/runner';
import { run } from './command';
import { services } from './services';
import { TopicReader, type TopicRecord } from './topic-reader';

const { ids, items, names, unknown, counts } = CLICKS_TOPICS;

const CATALOGUE = [
  [1, 'jeans'],
  [2, 'skirt'],
  [3, 'shorts'],
  [4, 't-shirt'],
  [5, 'hoodie'],
] as const;

const never = new AbortController().signal;

let runner: JobRunner;
let reader: TopicReader;

beforeAll(async () => {
  runner = new JobRunner(services.addresses.settings, () => undefined, never);
  await runner.prepare(CLICKS);
  reader = await TopicReader.open(ids, items, names, unknown, counts);
});

afterAll(async () => {
  await runner.stop(CLICKS);
  await reader.close();
});

/**
 * Lines of id, name and time from a batch computation over what is in the input topics; the name is `?` for
 * an unknown id.
 */
function expectedLines(): string[] {
  const versions = reader.of(items);
  return reader.of(ids).map(({ value }) => {
    const { id, time } = value as { id: number; time: number };
    const held = versions.filter(({ key, timestamp }) => key?.id === id && timestamp <= time).at(-1);
    return line(id, held?.value?.name, time);
  });
}

function linesOf(records: readonly TopicRecord[]): string[] {
  return records.map(({ value }) => line(value?.id, value?.name, value?.time));
}

function line(id: unknown, name: unknown, time: unknown): string {
  return [id, name ?? '?', time].join('\t');
}

/** Numbers of lines by name and minute. */
function countsOf(lines: readonly string[]): Record<string, number> {
  const byKey: Record<string, number> = {};
  for (const text of lines) {
    const [, name, time] = text.split('\t');
    const key = `${name} ${new Date(Number(time)).toISOString().slice(0, 16)}`;
    byKey[key] = (byKey[key] ?? 0) + 1;
  }
  return byKey;
}

/** The table that the topic of counts has become: the last record of each key. */
function countTable(): Record<string, number> {
  return Object.fromEntries(
    reader.of(counts).map(({ key, value }) => {
      const { name, minute } = key as { name: string; minute: number };
      return [`${name} ${new Date(minute).toISOString().slice(0, 16)}`, Number(value?.clicks)];
    }),
  );
}

/** Holds all that came out against the batch computation over all that went in. */
async function expectExact(sent: number): Promise<void> {
  await reader.untilCount(ids, sent);
  const expected = expectedLines();
  const known = expected.filter((line) => !line.includes('\t?\t'));
  const lost = expected.filter((line) => line.includes('\t?\t'));
  await reader.untilCount(names, known.length);
  await reader.untilCount(unknown, lost.length);
  await reader.untilSettled();
  expect(reader.of(ids)).toHaveLength(sent);
  expect(linesOf(reader.of(names)).sort()).toEqual(known.sort());
  expect(linesOf(reader.of(unknown)).sort()).toEqual(lost.sort());
  expect(countTable()).toEqual(countsOf(known));
}

/** Waits until the job has failed and all its tasks run again. */
async function untilRunsAgain(): Promise<void> {
  const flink = new FlinkRest(services.addresses.flinkUrl);
  const id = (await runner.find(CLICKS))?.id ?? '';
  const limit = Date.now() + 120_000;
  for (;;) {
    if ((await flink.failure(id)) !== undefined && (await flink.progress(id)).allTasksRun) return;
    if (Date.now() > limit) throw new Error('the job does not run again after 120 s');
    await sleep(100);
  }
}

let sent = 0;

test('npm run clicks sends, counts, checks and exits with 0', async () => {
  const { code, stdout, stderr } = await run(
    'npm',
    ['--silent', 'run', 'clicks', '--', '--count', '600', '--rate', '300', '--exit'],
    services.env,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  sent += 600;
  expect(stdout).toContain('600 clicks sent, and the counts are equal');
  expect(reader.of(items).map(({ key, value }) => [key?.id, value?.name])).toEqual(CATALOGUE);
  await expectExact(sent);
  const total = Object.values(countTable()).reduce((sum, n) => sum + n, 0);
  expect(total).toBe(600);
  for (const [, name] of CATALOGUE) expect(stdout).toMatch(new RegExp(`│ ${name} +│`));
});

test('a changed name applies from then on, unknown ids are counted apart, and nothing is lost or doubled by a killed TaskManager and a stop', async () => {
  const shop = await Shop.open(services.addresses.settings);
  const end = new AbortController();
  const sending = sendClicks(shop, {
    ids: CATALOGUE.map(([id]) => id),
    rate: 100,
    seed: 7,
    unknown: 0.1,
    signal: end.signal,
  });
  try {
    await sleep(2_000);
    await shop.name([[3, 'bermuda']], Date.now());
    await sleep(2_000);
    await services.killTaskManager();
    await services.startTaskManager();
    await untilRunsAgain();
    // An item that is new from now on.
    await shop.name([[UNKNOWN_ID, 'scarf']], Date.now());
    await sleep(1_000);
    expect(await runner.stop(CLICKS)).toBe(true);
    await sleep(1_000);
    await runner.start(CLICKS);
    await sleep(1_000);
  } finally {
    end.abort();
  }
  sent += (await sending).length;
  await shop.close();
  await expectExact(sent);
  const after = countsOf(linesOf(reader.of(names)));
  for (const name of ['shorts', 'bermuda', 'scarf']) {
    expect(Object.keys(after).some((key) => key.startsWith(`${name} `))).toBe(true);
  }
  expect(reader.of(unknown).length).toBeGreaterThan(0);
});

test('a line of SQL changes a name', async () => {
  const insert = "INSERT INTO clicks_items VALUES (1, 'blue jeans')";
  expect(await run('npm', ['--silent', 'run', 'sql', '--', insert], services.env)).toMatchObject({ code: 0 });
  const versions = await reader.untilCount(items, CATALOGUE.length + 3);
  expect(versions.at(-1)).toMatchObject({ key: { id: 1 }, value: { name: 'blue jeans' } });
  const shop = await Shop.open(services.addresses.settings);
  await shop.click([{ id: 1, time: Date.now() }]);
  await shop.close();
  sent += 1;
  await expectExact(sent);
  expect(linesOf(reader.of(names)).filter((line) => line.includes('blue'))).toHaveLength(1);
});
