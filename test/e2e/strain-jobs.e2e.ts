import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { JobDefinition } from '../../jobs/definition';
import { GTSM_GAPS } from '../../jobs/strain/gaps';
import { GTSM_1MIN } from '../../jobs/strain/minutes';
import { FlinkRest } from '../../local/jobs/flink-rest';
import { JobRunner } from '../../local/jobs/runner';
import { strainProducer } from './producing';
import { REAL_BOTTLES, services } from './services';
import { differences, type Final, gapsOf, minutesOf } from './strain/batch';
import { movedBy, parsedRows, partOf, randomOf, shuffled, type StrainRow } from './strain/rows';
import { LiveTopic, RowWriter } from './strain/topics';

const JOBS: readonly JobDefinition[] = [GTSM_1MIN, GTSM_GAPS];

/** The same with parallelism 2. */
const WIDER = JOBS.map((job) => ({ ...job, settings: { ...job.settings, 'parallelism.default': '2' } }));

/** Given to see a run again: `SEED=N npx jest … strain-jobs`. */
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** The first instant of the samples. */
const START = Date.UTC(2021, 6, 1);

/** How long results may take once everything is sent: the TaskManager's return, and a checkpoint or two. */
const LIMIT_MS = 100_000;

let folder: string;
let writer: RowWriter;
const said: string[] = [];
const followed: LiveTopic[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'strain-jobs-'));
  writer = await RowWriter.open();
});
afterAll(async () => {
  await Promise.all(followed.map((topic) => topic.close()));
  await writer.close();
  for (const job of JOBS) {
    const found = await runner().find(job);
    if (found) await flink().cancel(found.id, new AbortController().signal);
  }
  await rm(folder, { recursive: true });
});

function flink(): FlinkRest {
  return new FlinkRest(services.addresses.flinkUrl);
}

function runner(): JobRunner {
  return new JobRunner(services.addresses.settings, (text) => said.push(text), new AbortController().signal);
}

/**
 * Rows of two stations' first minutes, of two days of a third one, and the real ones where they are there.
 */
async function someRows(): Promise<StrainRow[]> {
  const hour = path.join(folder, 'hour');
  const days = path.join(folder, 'days');
  await strainProducer(['sample', hour, '--stations', 'B009,B010']);
  await strainProducer(['sample', days, '--stations', 'B011', '--days', '2', '--session', 'Day,Hour']);
  const rows = await parsedRows(hour);
  // One minute in thirty, so that there are gaps.
  const thinned = (await parsedRows(days)).filter(
    ({ session, value }) => session === 'Day' || Math.floor(value.time / MINUTE_MS) % 30 === 0,
  );
  const real = existsSync(REAL_BOTTLES) ? await parsedRows(REAL_BOTTLES) : [];
  return [
    ...rows.filter(({ session, value }) => session !== 'Min' || value.time < START + 8 * MINUTE_MS),
    ...thinned,
    ...real,
  ];
}

/**
 * Rows as a bad day delivers them: out of order, some twice, some first without channels, an archive before
 * the one of the day before.
 */
function disturbed(rows: readonly StrainRow[], random: () => number): StrainRow[] {
  const sent = rows.flatMap((row) => {
    const chance = random();
    return chance < 0.1 ? [row, row] : chance < 0.2 ? [partOf(row, random), row] : [row];
  });
  const of = (site: string): StrainRow[] => sent.filter(({ key }) => key.site === site);
  const others = sent.filter(({ key }) => !['B009', 'B010', 'B011'].includes(key.site));
  const blocks = chunks(of('B010'), 400);
  const isLate = ({ value }: StrainRow): boolean => value.time < START + DAY_MS;
  const lanes = [
    shuffled(of('B009'), random),
    // And some of them delivered again.
    [...shuffled(blocks, random).flat(), ...(blocks[3] ?? []), ...(blocks[1] ?? [])],
    [...of('B011').filter((row) => !isLate(row)), ...of('B011').filter(isLate)],
    others,
  ];
  // The lanes side by side, as partitions are read.
  return lanes
    .flatMap((lane) => lane.map((row, i) => ({ row, at: i / lane.length })))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/**
 * A row of each station that changes both outputs: when it shows in them, all that was sent before has been
 * read.
 */
function lastOnes(rows: readonly StrainRow[]): StrainRow[] {
  const bySite = new Map(rows.filter(({ session }) => session !== 'Day').map((row) => [row.key.site, row]));
  return [...bySite.values()].map((row) => movedBy(row, 10 * DAY_MS));
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + LIMIT_MS;
  while (!(await isSo()) && Date.now() < limit) await sleep(250);
  if (!(await isSo())) console.error(`not within ${LIMIT_MS / 1000} s: ${what} (seed ${SEED})`);
}

/** Whether the jobs have failed and run again. */
async function haveComeBack(): Promise<boolean> {
  for (const job of JOBS) {
    const id = (await runner().find(job))?.id ?? '';
    if ((await flink().failure(id)) === undefined || !(await flink().progress(id)).allTasksRun) return false;
  }
  return true;
}

test('minutes and gaps are those of a batch computation, over a killed TaskManager, a savepoint and a higher parallelism', async () => {
  const random = randomOf(SEED);
  const rows = await someRows();
  const last = lastOnes(rows);
  const sent = disturbed(rows, random);
  const [first = [], second = [], third = [], fourth = []] = chunks(sent, Math.ceil(sent.length / 4));

  for (const job of JOBS) await runner().start(job);
  const minutes = await LiveTopic.follow('gtsm_1min');
  const gaps = await LiveTopic.follow('gtsm_gaps');
  followed.push(minutes, gaps);
  await writer.write(first);
  await until('first results', () => minutes.now.size > 0 && gaps.now.size > 0);

  await services.killTaskManager();
  await writer.write(second);
  await services.startTaskManager();
  await writer.write(third);

  await until('the jobs run again', haveComeBack);
  for (const job of JOBS) expect(await runner().stop(job)).toBe(true);
  await writer.write(fourth);
  for (const job of WIDER) await runner().start(job);
  await writer.write(last);

  const expected: [string, LiveTopic, Final][] = [
    ['gtsm_1min', minutes, minutesOf([...rows, ...last])],
    ['gtsm_gaps', gaps, gapsOf([...rows, ...last])],
  ];
  for (const [topic, live, final] of expected) {
    await until(topic, () => differences(live.now, final).length === 0);
    expect({ topic, seed: SEED, differences: differences(live.now, final) }).toEqual({
      topic,
      seed: SEED,
      differences: [],
    });
    expect(final.size).toBeGreaterThan(50);
  }
  expect(said.filter((text) => /^starting .* from /.test(text))).toHaveLength(2);
});
