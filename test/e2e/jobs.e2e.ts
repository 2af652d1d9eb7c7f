/** Starting, changing and stopping jobs on real services: once per content, their state handed on. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobDefinition } from '../../jobs/definition';
import { FlinkRest } from '../../local/jobs/flink-rest';
import { JobRunner } from '../../local/jobs/runner';
import { flinkDataDir } from '../../local/services/flink';
import { run } from './command';
import { services } from './services';

/** A job with state and without topics: it counts random numbers. */
function counting(
  rowsPerSecond: number,
  query = 'SELECT n, COUNT(*) FROM numbers GROUP BY n',
): JobDefinition {
  return {
    name: 'test-counting',
    summary: 'Counts random numbers.',
    topics: [],
    tables: [],
    settings: { 'execution.checkpointing.interval': '500 ms' },
    declarations: [
      `CREATE TABLE numbers (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '${rowsPerSecond}', 'fields.n.min' = '0', 'fields.n.max' = '9')`,
      `CREATE TABLE counts (n INT, amount BIGINT) WITH ('connector' = 'blackhole')`,
    ],
    statement: `INSERT INTO counts ${query}`,
  };
}

/** The same tables, and state that the job above cannot take. */
const OTHER =
  'SELECT CAST(s AS INT), COUNT(*) FROM (SELECT n, SUM(n) AS s FROM numbers GROUP BY n) GROUP BY s';

const never = new AbortController().signal;

let said: string[];
let flink: FlinkRest;

beforeAll(() => {
  flink = new FlinkRest(services.addresses.flinkUrl);
});

beforeEach(() => {
  said = [];
});

afterAll(async () => {
  await newRunner().stop(counting(5));
});

function newRunner(): JobRunner {
  return new JobRunner(services.addresses.settings, (text) => said.push(text), never);
}

/** States of all jobs of Flink that the definition has become, the newest first. */
async function states(): Promise<string[]> {
  const jobs = await flink.jobs();
  return jobs.filter(({ name }) => name.startsWith('test-counting@')).map(({ state }) => state);
}

test('two starts at the same time start it once', async () => {
  await Promise.all([newRunner().start(counting(5)), newRunner().start(counting(5))]);
  expect(await states()).toEqual(['RUNNING']);
  expect(said.filter((text) => /^starting \S+$/.test(text))).toHaveLength(1);
  expect(said.filter((text) => text.includes(' is already '))).toHaveLength(1);
});

test('a changed script takes over the state of the previous one', async () => {
  await newRunner().start(counting(7));
  expect(await states()).toEqual(['RUNNING', 'FINISHED']);
  expect(said.join('\n')).toMatch(/its SQL has changed: .*starting \S+ from file:\S+savepoint-/s);
});

test('if the state does not fit, the error says why and what to do, and the previous script can continue', async () => {
  await expect(newRunner().start(counting(7, OTHER))).rejects.toMatchObject({
    message: expect.stringMatching(
      /^test-counting cannot start from file:\S+savepoint-\S+: .*state/,
    ) as unknown,
    fix: expect.stringContaining('npm run job -- test-counting --fresh') as unknown,
  });
  expect(await states()).not.toContain('RUNNING');
  await newRunner().start(counting(7));
  expect(said.at(-1)).toMatch(/starting \S+ from file:\S+savepoint-/);
});

test('starts without the existing state when asked to', async () => {
  await newRunner().start(counting(7, OTHER), { fresh: true });
  expect(said.at(-1)).toMatch(/^starting \S+$/);
  expect((await states()).filter((state) => state === 'RUNNING')).toHaveLength(1);
});

test('continues after a stop and a start', async () => {
  const job = counting(7, OTHER);
  expect(await newRunner().stop(job)).toBe(true);
  expect(await newRunner().stop(job)).toBe(false);
  await newRunner().start(job);
  expect(said.at(-1)).toMatch(/starting \S+ from file:\S+savepoint-/);
});

test('continues from its last checkpoint after Flink was killed', async () => {
  const [running] = await flink.jobs();
  const checkpoints = `${services.addresses.flinkUrl}/jobs/${running?.id}/checkpoints`;
  const completed = async (): Promise<number> =>
    ((await (await fetch(checkpoints)).json()) as { counts: { completed: number } }).counts.completed;
  while ((await completed()) === 0) await sleep(100);
  // As after a start that was broken off before it could remember the job.
  rmSync(path.join(flinkDataDir(services.addresses.settings), 'jobs', 'test-counting.json'));
  await newRunner().start(counting(7, OTHER));
  await Promise.all([services.killJobManager(), services.killTaskManager()]);
  await services.startJobManager();
  await services.startTaskManager();
  expect(await states()).toEqual([]);
  await newRunner().start(counting(7, OTHER));
  expect(said.at(-1)).toMatch(/starting \S+ from file:\S+\/checkpoints\/[0-9a-f]{32}\/chk-\d+$/);
  expect(await states()).toEqual(['RUNNING']);
});

test('a script that Flink rejects fails with its message', async () => {
  const wrong = { ...counting(7, 'SELECT m, 1 FROM numbers'), name: 'test-wrong' };
  await expect(newRunner().start(wrong)).rejects.toThrow(/^Flink refuses the SQL: .*Column 'm' not found/);
});

test('topics are created as declared; an existing topic with other settings is reported with both', async () => {
  const declared = (partitions: number, cleanup: 'compact' | 'delete'): JobDefinition => ({
    ...counting(5),
    topics: [{ name: 'jobs-e2e', partitions, cleanup }],
  });
  await newRunner().prepare(declared(2, 'compact'));
  await newRunner().prepare(declared(2, 'compact'));
  await expect(newRunner().prepare(declared(3, 'delete'))).rejects.toThrow(
    'the topic jobs-e2e does not have the settings that the job needs: cleanup.policy is compact, expected delete; it has 2 partitions, expected 3',
  );
});

describe('npm run job', () => {
  const job = (...args: string[]) => run('npm', ['--silent', 'run', 'job', '--', ...args], services.env);

  test('lists the jobs and whether they run', async () => {
    const { code, stdout } = await job('--list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^clicks +\S+ +Looks up the names/m);
  });

  test('lists the jobs when the named one is unknown', async () => {
    expect(await job('click')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("no job 'click'") as unknown,
    });
  });
});
