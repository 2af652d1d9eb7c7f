/** The script that submits SQL jobs, against a real JobManager, SQL gateway and SQL client. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findJava } from '../../local/requirements';
import { flinkConfDir, javaArgs } from '../../local/services/flink';
import { DEFAULT_STATE_DIR, type LocalSettings } from '../../local/settings';
import { DEFAULT_PORTS } from '../../local/services/index';
import { services } from './services';

const SUBMIT = join(__dirname, '../../constructs/flink/scripts/submit.sh');

interface Job {
  jid: string;
  name: string;
  state: string;
}

const portOf = (url: string) => Number(new URL(url).port);

describe('a SQL job on a real session cluster', () => {
  let folder: string;
  let settings: LocalSettings;

  beforeAll(async () => {
    const { stateDir, flinkUrl, gatewayUrl } = services.addresses;
    folder = mkdtempSync(join(tmpdir(), 'sql-job-'));
    settings = {
      stateDir,
      partsDir: join(DEFAULT_STATE_DIR, 'parts'),
      ports: { ...DEFAULT_PORTS, flink: portOf(flinkUrl), sql: portOf(gatewayUrl) },
    };
    const java = [await findJava(), '-Xmx128m', ...javaArgs(settings, 'client')]
      .map((word) => `'${word}'`)
      .join(' ');
    const client = `#!/usr/bin/env bash\nexec ${java} org.apache.flink.table.client.SqlClient "$@"\n`;
    writeFileSync(join(folder, 'sql-client.sh'), client);
    chmodSync(join(folder, 'sql-client.sh'), 0o755);
    mkdirSync(join(folder, 'savepoints'));
  });

  afterAll(async () => {
    for (const { jid } of await jobs())
      await fetch(`${services.addresses.flinkUrl}/jobs/${jid}?mode=cancel`, { method: 'PATCH' });
    rmSync(folder, { recursive: true });
  });

  const rest = async <T>(path: string) =>
    (await (await fetch(services.addresses.flinkUrl + path)).json()) as T;
  const jobs = async () =>
    (await rest<{ jobs: Job[] }>('/jobs/overview')).jobs.filter(({ name }) => /^(counts|once)@/.test(name));
  const states = async (name: string) =>
    (await jobs())
      .filter((job) => job.name.startsWith(name))
      .map((job) => `${job.name} ${job.state}`)
      .sort();

  function submit(name: string, hash: string, sql: string, policy = 'savepoint') {
    const script = join(folder, `${name}-${hash}.sql`);
    writeFileSync(script, `SET 'pipeline.name' = '${name}@${hash}';\n${sql}`);
    return new Promise<{ code: number | null; output: string }>((resolve) => {
      const child = spawn('bash', [SUBMIT], {
        env: {
          PATH: process.env.PATH,
          FLINK_CONF_DIR: flinkConfDir(settings),
          JOB_NAME: name,
          JOB_HASH: hash,
          SCRIPT: script,
          REST_HOST: 'localhost',
          REST_PORT: String(settings.ports.flink),
          SQL_GATEWAY: services.addresses.gatewayUrl,
          SQL_CLIENT: join(folder, 'sql-client.sh'),
          SAVEPOINTS: `file://${folder}/savepoints`,
          SAVEPOINT_POLICY: policy,
          WAIT_SECONDS: '90',
          WORK_DIR: folder,
        },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text: Buffer) => (output += text.toString()));
      child.on('close', (code) => resolve({ code, output }));
    });
  }

  const tables = `CREATE TABLE source (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '5', 'fields.n.min' = '0', 'fields.n.max' = '9');
CREATE TABLE sink (n INT, amount BIGINT) WITH ('connector' = 'blackhole');\n`;
  const counting = `${tables}INSERT INTO sink SELECT n, COUNT(*) FROM source GROUP BY n;\n`;

  test('starts once, however often it is submitted', async () => {
    const first = await submit('counts', 'a', counting);
    expect(first.output).toMatch(/counts: job [0-9a-f]{32} is RUNNING/);
    expect(first.code).toBe(0);
    const second = await submit('counts', 'a', counting);
    expect(second.output).toMatch(/already exists: RUNNING/);
    expect(second.code).toBe(0);
    expect(await states('counts')).toEqual(['counts@a RUNNING']);
  });

  test('a changed script starts with a savepoint of the old one', async () => {
    const changed = await submit('counts', 'b', counting.replace("'5'", "'7'"));
    expect(changed.output).toMatch(/the savepoint is file:\S+savepoint-/);
    expect(changed.code).toBe(0);
    expect(await states('counts')).toEqual(['counts@a FINISHED', 'counts@b RUNNING']);
    const running = (await jobs()).find(({ name }) => name === 'counts@b');
    const { latest } = await rest<{
      latest: { restored: { external_path: string; is_savepoint: boolean } | null };
    }>(`/jobs/${running?.jid}/checkpoints`);
    expect(latest.restored).toMatchObject({ is_savepoint: true });
  });

  test('state that does not fit the changed script is an error that says so; it is dropped if that is set', async () => {
    const other = `${tables}INSERT INTO sink SELECT CAST(amount AS INT), COUNT(*) FROM (SELECT n, SUM(n) AS amount FROM source GROUP BY n) GROUP BY amount;\n`;
    const refused = await submit('counts', 'c', other);
    expect(refused.output).toContain("set savepointPolicy to 'drop-unmatched' or 'fresh'");
    expect(refused.code).toBe(3);
    expect(await states('counts')).not.toContain('counts@c RUNNING');
    const dropped = await submit('counts', 'c', other, 'drop-unmatched');
    expect(dropped.output).toContain('is RUNNING');
    expect(dropped.code).toBe(0);
  });

  test('a job that has finished is not run again', async () => {
    const bounded = `${tables.replace("'rows-per-second' = '5'", "'number-of-rows' = '5'")}INSERT INTO sink SELECT n, 1 FROM source;\n`;
    expect((await submit('once', 'a', bounded)).code).toBe(0);
    for (let tries = 0; tries < 30 && !(await states('once')).includes('once@a FINISHED'); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const again = await submit('once', 'a', bounded);
    expect(again.output).toContain('has finished');
    expect(await states('once')).toEqual(['once@a FINISHED']);
  });

  test("a script that Flink rejects fails with Flink's message, and is not retried", async () => {
    const { code, output } = await submit('once', 'b', `${tables}INSERT INTO snk SELECT n, 1 FROM source;\n`);
    expect(output).toMatch(/snk/);
    expect(code).toBe(3);
  });
});
