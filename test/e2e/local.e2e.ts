/**
 * `npm start`, `npm run sql`, `npm stop` and `npm run local:clean`, as users run them, on services of their
 * own.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { freePorts } from '../../cli/ports';
import { SERVICES } from '../../local/services/index';
import { Command, processesLeft, processesWith, run } from './command';
import { identity, parsed, sessionOf } from './parsed';
import { REAL_BOTTLES } from './services';

const UP = 'Ctrl-C stops everything';

/** Bottles published in addition to the demo's: real ones, where there are any. */
const OWN = existsSync(REAL_BOTTLES) ? [REAL_BOTTLES] : [];

let stateDir: string;
let env: NodeJS.ProcessEnv;
let ports: { kafka: number; registry: number; flink: number; sql: number; viewer: number };

beforeAll(async () => {
  stateDir = mkdtempSync(path.join(tmpdir(), 'e2e-local-'));
  const [kafka = 0, registry = 0, flink = 0, sql = 0, viewer = 0] = await freePorts(5);
  ports = { kafka, registry, flink, sql, viewer };
  const list = Object.entries(ports).map(([name, port]) => `${name}=${port}`);
  env = { LOCAL_STATE_DIR: stateDir, LOCAL_PORTS: list.join(',') };
});

afterAll(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

const npm = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  run('npm', ['--silent', ...args], env);
const sql = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  npm('run', 'sql', '--', ...args);
const sqlRows = async (...args: string[]): Promise<Record<string, unknown>[]> => {
  const { code, stdout, stderr } = await sql('--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};

/** A row of Flink as `parse` has it: no key, no nulls, the instant as milliseconds. */
function asParsed(row: Record<string, unknown>): Record<string, unknown> {
  const { key_site, time, ...rest } = row;
  if (key_site !== row.site)
    throw new Error(`the key has ${String(key_site)}, the value ${String(row.site)}`);
  const set = Object.entries(rest).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(set), time: Date.parse(`${String(time)}Z`) };
}

describe('npm start -- --exit', () => {
  let exit: { code: number; stdout: string; stderr: string };

  beforeAll(async () => {
    exit = await npm('start', '--', '--exit');
  });

  test('shows the rows of the demo in Flink SQL, exits with 0 and leaves no process', async () => {
    const { code, stdout, stderr } = exit;
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/key_site \| timestamp {11}\| ls1_t0 {3}\| ls2_t0/);
    expect(stdout).toContain('B009     | 2021-07-01 00:00:00 | 48116355 | 49196540 |');
    const counts = [...(await parsed(path.join(stateDir, 'samples'))).keys()].map((key) => key.split(' ')[1]);
    for (const session of ['Day', 'Hour', 'Min']) {
      const count = counts.filter((name) => name === session).length;
      expect(stdout).toMatch(new RegExp(`^B009 +\\| ${session} +\\| +${count} \\|`, 'm'));
    }
    expect(await processesWith(stateDir)).toEqual([]);
  });

  test('prints the time to the first row and the memory, both below their limits', () => {
    const [, seconds, gib] = /first row after ([\d.]+) s; ([\d.]+) GiB resident/.exec(exit.stdout) ?? [];
    expect(Number(gib)).toBeGreaterThan(0.3);
    expect(Number(gib)).toBeLessThan(2);
    // 45 s on a quiet machine; tests run next to each other.
    expect(Number(seconds)).toBeLessThan(120);
  });
});

describe('npm start on kept data', () => {
  let start: Command;
  let expected: Map<string, Record<string, unknown>>;

  beforeAll(async () => {
    const samples = path.join(stateDir, 'samples');
    start = new Command('npm', ['--silent', 'start', '--', samples, ...OWN], env);
    await start.says(UP);
    expected = await parsed(samples, ...OWN);
  });

  afterAll(async () => {
    await npm('stop');
    await start.end();
  });

  test('does not publish the same files again', () => {
    expect(start.output).toContain('3 already published');
  });

  test('Flink SQL returns every row exactly as parse prints it', async () => {
    const rows = await sqlRows('SELECT * FROM gtsm_etl_bounded');
    expect(rows).toHaveLength(expected.size);
    const got = new Map(rows.map((row) => [identity(sessionOf(row), row), asParsed(row)]));
    // Jest's own comparison is slow for so many rows.
    const differing = [...expected].filter(([name, row]) => !isDeepStrictEqual(got.get(name), row));
    expect(differing.slice(0, 10).map(([name, row]) => [row, got.get(name)])).toEqual([]);
    expect(got.size).toBe(expected.size);
  });

  test('the registry serves Confluent clients at its root, with BACKWARD in force', async () => {
    const registry = `http://localhost:${ports.registry}`;
    const get = async (at: string): Promise<unknown> => (await fetch(registry + at)).json();
    expect(await get('/subjects')).toEqual(expect.arrayContaining(['gtsm_etl-key', 'gtsm_etl-value']));
    expect(await get('/config')).toEqual({ compatibilityLevel: 'BACKWARD' });
    expect(await get('/')).toEqual({});
  });

  test('npm run sql prints a table', async () => {
    const { code, stdout } = await sql(
      'SELECT key_site, COUNT(*) AS n FROM gtsm_etl_bounded GROUP BY key_site ORDER BY key_site',
    );
    const counts = new Map<string, number>();
    for (const { site } of expected.values()) counts.set(String(site), (counts.get(String(site)) ?? 0) + 1);
    const lines = stdout.trimEnd().split('\n').slice(2);
    expect(code).toBe(0);
    expect(lines.map((line) => line.split('|').map((cell) => cell.trim()))).toEqual(
      [...counts].sort().map(([site, n]) => [site, String(n)]),
    );
  });

  test('a stream ends after --rows, and its Flink job with it', async () => {
    const rows = await sqlRows('--rows', '3', 'SELECT bs1_t0 FROM gtsm_etl WHERE bs1_t0 IS NOT NULL');
    expect(rows).toHaveLength(3);
    expect(await jobsLeft()).toEqual([]);
  });

  test('a query that updates its rows says so', async () => {
    const rows = await sqlRows(
      '--rows',
      '3',
      'SELECT key_site, COUNT(*) AS n FROM gtsm_etl GROUP BY key_site',
    );
    expect(rows[0]).toEqual({ key_site: expect.any(String) as string, n: 1 });
    expect(rows.slice(1).map((row) => row.op ?? 'new')).toEqual(expect.arrayContaining(['+U']));
  });

  test('Ctrl-C ends a stream, and its Flink job with it', async () => {
    const query = new Command('npm', ['--silent', 'run', 'sql', '--', 'SELECT bs1_t0 FROM gtsm_etl'], env);
    await query.says('+I');
    process.kill(-query.pid, 'SIGINT');
    expect(await query.end()).toBe(130);
    expect(query.output).not.toContain('    at ');
    expect(await jobsLeft()).toEqual([]);
  });

  test('statements share a session; DDL and SHOW work', async () => {
    const rows = await sqlRows('CREATE VIEW v AS SELECT key_site FROM gtsm_etl_bounded', 'SHOW VIEWS');
    expect(rows).toContainEqual({ result: 'OK' });
    expect(rows).toContainEqual({ 'view name': 'v' });
  });

  test('an error of Flink is its cause on one line, and a hint', async () => {
    const { code, stderr } = await sql('SELECT * FROM nowhere');
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      "Object 'nowhere' not found",
      'To fix it: query gtsm_etl or gtsm_etl_bounded; SHOW TABLES lists all tables of the session',
    ]);
  });

  test('the prompt has the tables', async () => {
    const prompt = await run('sh', ['-c', 'echo "SHOW TABLES;" | npm --silent run sql'], env);
    expect(prompt.stdout).toMatch(/\| +gtsm_etl_bounded \|/);
  });

  test('a second start is refused, and the first continues', async () => {
    const { code, stderr } = await npm('start');
    expect(code).toBe(1);
    expect(stderr).toMatch(/the services of .* are already running \(pid \d+\)\nTo fix it: .*npm stop/);
    expect(await sqlRows('SHOW TABLES')).toContainEqual({ 'table name': 'gtsm_etl' });
  });

  test('local:clean is refused while they run', async () => {
    const { code, stderr } = await npm('run', 'local:clean');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('npm stop') as string });
  });

  test('a service that dies is named with its last log lines, and everything else stops', async () => {
    const [broker = ''] = (await processesWith(stateDir)).filter(
      (line) => /java .*kafka\.Kafka/.test(line) && !line.includes('/bin/sh'),
    );
    process.kill(parseInt(broker, 10), 'SIGKILL');
    expect(await start.end()).toBe(1);
    expect(start.output).toMatch(
      /kafka ended \(exit 137\)\n {2}last lines of .*kafka\.log:\n {2}\| .*[\s\S]*To fix it: /,
    );
    expect(await processesLeft(stateDir)).toEqual([]);
  });

  test('npm run sql without services says how to start them', async () => {
    const { code, stderr } = await sql('SHOW TABLES');
    expect(code).toBe(1);
    expect(stderr).toContain('To fix it: start the services first: npm start');
  });

  test('npm stop without services is harmless', async () => {
    expect(await npm('stop')).toEqual({
      code: 0,
      stdout: `no services are running in ${stateDir}\n`,
      stderr: '',
    });
  });
});

describe('npm start that is interrupted', () => {
  /** Starts it, and returns when all services have been started, before any of them is ready. */
  const started = async (): Promise<Command> => {
    const start = new Command('npm', ['--silent', 'start'], env);
    await start.says('services; logs in');
    while ((await programs()).length < SERVICES.length) await sleep(100);
    return start;
  };
  const programs = async (): Promise<string[]> =>
    (await processesWith(stateDir)).filter((line) => /^ *\d+ \S*(java|node \S*strain-viewer\S*) /.test(line));

  test('when npm start crashes, the services end', async () => {
    const start = await started();
    const { pid } = JSON.parse(readFileSync(path.join(stateDir, 'run.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await start.end();
    expect(await processesLeft(stateDir, 20_000)).toEqual([]);
  });

  test('when npm crashes, npm start ends with the services', async () => {
    const start = await started();
    start.kill('SIGKILL');
    await start.end();
    expect(await processesLeft(stateDir, 30_000)).toEqual([]);
  });

  test('SIGTERM stops all, 143', async () => {
    const start = await started();
    start.kill('SIGTERM');
    expect(await start.end()).toBe(143);
    expect(await processesLeft(stateDir, 5_000)).toEqual([]);
  });

  test('Ctrl-C stops all, 130, without a stack trace', async () => {
    const start = await started();
    process.kill(-start.pid, 'SIGINT');
    expect(await start.end()).toBe(130);
    expect(start.output).not.toContain('    at ');
    expect(await processesLeft(stateDir, 5_000)).toEqual([]);
  });

  test('a port in use is named, with the process that uses it and how to choose another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await npm('start', '--', '--port', `flink=${port}`);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} (flink) is in use by `);
    expect(stderr).toContain(`(pid ${process.pid})`);
    expect(stderr).toContain('npm start -- --port flink=18083');
  });

  test('local:clean removes the data', async () => {
    expect((await npm('run', 'local:clean')).code).toBe(0);
    expect(existsSync(path.join(stateDir, 'data'))).toBe(false);
  });
});

/** Flink's jobs that have not ended after some seconds. */
async function jobsLeft(): Promise<unknown[]> {
  for (let tries = 0; ; tries++) {
    const response = await fetch(`http://localhost:${ports.flink}/jobs/overview`);
    const { jobs } = (await response.json()) as { jobs: { state: string }[] };
    const left = jobs.filter(({ state }) => !['CANCELED', 'FINISHED', 'FAILED'].includes(state));
    if (left.length === 0 || tries === 50) return left;
    await sleep(200);
  }
}
