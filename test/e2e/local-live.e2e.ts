/** `npm start -- --live`, as users run it: archives that appear as time passes become rows, each once. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from '../../cli/ports';
import { TOPIC } from '../../contract';
import { DEFAULT_STATE_DIR } from '../../local/settings';
import { Command, processesLeft, processesWith, run } from './command';
import { readCommitted } from './committed';
import { identity, parsed, sessionOf } from './parsed';

const UP = 'Ctrl-C stops everything';
const STATIONS = ['B009', 'B010'];

/** Fast enough for an archive of each station every 3 seconds. */
const FAST = ['--live', '--stations', '2', '--speed', '20'];

let stateDir: string;
let env: NodeJS.ProcessEnv;
let ports: { kafka: number; registry: number; watch: number };

beforeAll(async () => {
  stateDir = mkdtempSync(path.join(tmpdir(), 'e2e-live-'));
  const [kafka = 0, registry = 0, flink = 0, sql = 0, watch = 0, viewer = 0] = await freePorts(6);
  ports = { kafka, registry, watch };
  const list = Object.entries({ ...ports, flink, sql, viewer }).map(([name, port]) => `${name}=${port}`);
  env = { LOCAL_STATE_DIR: stateDir, LOCAL_PORTS: list.join(',') };
});

afterAll(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

const start = (...args: string[]): Command => new Command('npm', ['--silent', 'start', '--', ...args], env);

/** Identities of all rows that are committed, at least `count`. Fails when one is there twice. */
async function committed(count: number): Promise<Set<string>> {
  const messages = await readCommitted(TOPIC, count, {
    kafkaJars: path.join(DEFAULT_STATE_DIR, 'parts', 'kafka'),
    bootstrapServers: `localhost:${ports.kafka}`,
    registryUrl: `http://localhost:${ports.registry}`,
  });
  const distinct = new Set(messages.map(({ value }) => identity(sessionOf(value), value)));
  expect(messages).toHaveLength(distinct.size);
  return distinct;
}

/**
 * Instants of the newest rows in the table, by station. When an hour is over, they may be of the Hour
 * session.
 */
function newestIn(output: string): Map<string, string> {
  const lines = [
    ...output.matchAll(/^│ (\w{4}) +│ (?:Min|Hour) +│ ([\d-]+ [\d:.]+) +│ [\d.]+ s(?: ahead)? +│ /gm),
  ];
  return new Map(lines.map(([, station = '', instant = '']) => [station, instant]));
}

/** Instants of the newest rows of those that are committed, by station. */
function newestOf(rows: ReadonlySet<string>): Map<string, string> {
  const newest = new Map<string, string>();
  for (const row of rows) {
    const [, station = '', instant = ''] = /^(\w+) Min (.*)$/.exec(row) ?? [];
    if (instant > (newest.get(station) ?? '')) newest.set(station, instant);
  }
  newest.delete('');
  return newest;
}

test('--exit ends with the newest row of each station and its age, 0, and no process', async () => {
  const once = start('--live', '--stations', '2', '--exit');
  expect({ code: await once.end(), output: once.output }).toMatchObject({ code: 0 });
  expect([...newestIn(once.output).keys()]).toEqual(STATIONS);
  expect(once.output).not.toContain('publishing');
  const [, age] = /\] the newest row is ([\d.]+) s old$/m.exec(once.output) ?? [];
  // The minute that is over, and some seconds on a busy machine.
  expect(Number(age)).toBeLessThan(90);
  expect(await processesWith(stateDir)).toEqual([]);
});

describe('started again', () => {
  let first: Set<string>;

  test('rows of further archives are committed as time passes, each once', async () => {
    const live = start(...FAST);
    await live.says(UP);
    expect([...newestIn(live.output).keys()]).toEqual(STATIONS);
    first = await committed(1);
    const before = newestOf(first);
    const isNewer = (station: string): boolean =>
      (newestOf(later).get(station) ?? '') > (before.get(station) ?? '');
    let later = await committed(first.size + 1);
    // Archives of the stations come one after another.
    for (let tries = 0; tries < 10 && !STATIONS.every(isNewer); tries++)
      later = await committed(later.size + 1);
    expect(STATIONS.filter((station) => !isNewer(station))).toEqual([]);
    expect([...first].filter((row) => !later.has(row))).toEqual([]);
    const metrics = await (await fetch(`http://localhost:${ports.watch}/metrics`)).text();
    expect(metrics).toMatch(/^strain_newest_sample_timestamp_seconds\{station="B010"\} \d+/m);
    process.kill(-live.pid, 'SIGINT');
    expect(await live.end()).toBe(0);
    expect(live.output).not.toContain('    at ');
    expect(await processesLeft(stateDir, 5_000)).toEqual([]);
  });

  test('a further start goes on: every row of every archive is there, none twice', async () => {
    const archives = await parsed(path.join(stateDir, 'live'));
    expect(archives.size).toBeGreaterThan(first.size);
    const live = start(...FAST);
    await live.says(UP);
    let rows = await committed(archives.size);
    const missing = (): string[] => [...archives.keys()].filter((row) => !rows.has(row));
    // New archives of one station may come before old ones of another.
    for (let tries = 0; tries < 5 && missing().length > 0; tries++) rows = await committed(rows.size + 1);
    expect(missing()).toEqual([]);
    expect([...first].filter((row) => !rows.has(row))).toEqual([]);

    const [watch = ''] = (await processesWith(stateDir)).filter(
      (line) => / watch .*--listen/.test(line) && !line.includes('/bin/sh'),
    );
    process.kill(parseInt(watch, 10), 'SIGKILL');
    expect(await live.end()).toBe(1);
    expect(live.output).toMatch(/watch ended \(exit 137\)\n {2}last lines of .*watch\.log:\n/);
    expect(await processesLeft(stateDir)).toEqual([]);
  });

  test('npm start without --live works as before, next to the rows of the live stations', async () => {
    const { code, stdout, stderr } = await run('npm', ['--silent', 'start', '--', '--exit'], env);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^B009 +\| Min +\| +\d+ \| 2021-07-01 00:00:00 +\| 20/m);
    expect(stdout).toMatch(/^B010 +\| Min +\| /m);
    expect(stdout).not.toContain('sample-live');
  });

  test('local:clean removes the archives too', async () => {
    expect((await run('npm', ['--silent', 'run', 'local:clean'], env)).code).toBe(0);
    expect(existsSync(path.join(stateDir, 'live'))).toBe(false);
  });
});
