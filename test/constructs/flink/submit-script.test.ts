import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FakeJobManager } from './fake-job-manager';

const SCRIPT = join(__dirname, '../../../constructs/flink/scripts/submit.sh');

/** The script starts many processes, which is slow on a busy machine. */
jest.setTimeout(30_000);

const SQL_CLIENT = `#!/usr/bin/env bash
# Fake: submits the job to the fake JobManager, or fails.
[ -z "\${FAKE_ERROR-}" ] || { echo "[ERROR] $FAKE_ERROR"; exit "\${FAKE_STATUS:-1}"; }
exec 4<>"/dev/tcp/$REST_HOST/$REST_PORT"
printf 'PUT /jobs/%s HTTP/1.0\\r\\n\\r\\n' "$JOB_NAME@$JOB_HASH" >&4
cat <&4 >/dev/null
`;

describe('the script that submits a Flink SQL job', () => {
  let folder: string;
  let jobManager: FakeJobManager;
  let port: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'submit-'));
    writeFileSync(join(folder, 'job.sql.in'), 'INSERT INTO a SELECT * FROM b;\n');
    writeFileSync(join(folder, 'sql-client.sh'), SQL_CLIENT);
    chmodSync(join(folder, 'sql-client.sh'), 0o755);
    jobManager = new FakeJobManager();
    port = await jobManager.listen();
  });

  afterEach(() => {
    jobManager.close();
    rmSync(folder, { recursive: true });
  });

  const submit = (env: Record<string, string> = {}) =>
    new Promise<{ code: number | null; output: string }>((resolve) => {
      const child = spawn('bash', [SCRIPT], {
        env: {
          PATH: process.env.PATH,
          JOB_NAME: 'minutes',
          JOB_HASH: 'new',
          SCRIPT: join(folder, 'job.sql.in'),
          REST_HOST: '127.0.0.1',
          REST_PORT: String(port),
          SQL_GATEWAY: 'http://gateway:8084',
          SQL_CLIENT: join(folder, 'sql-client.sh'),
          SAVEPOINTS: 'file:///state/savepoints',
          SAVEPOINT_POLICY: 'savepoint',
          WAIT_SECONDS: '20',
          PAUSE_SECONDS: '0.1',
          WORK_DIR: folder,
          ...env,
        },
      });
      let output = '';
      child.stdout.on('data', (text: Buffer) => (output += text.toString()));
      child.stderr.on('data', (text: Buffer) => (output += text.toString()));
      child.on('close', (code) => resolve({ code, output }));
    });
  const submitted = () => readFileSync(join(folder, 'job.sql'), 'utf8');
  const names = () => jobManager.jobs.map(({ name, state }) => `${name} ${state}`);

  test('submits a job that does not exist', async () => {
    jobManager.add('other@old', 'RUNNING');
    const { code, output } = await submit();
    expect(output).toContain('is RUNNING');
    expect(code).toBe(0);
    expect(names()).toEqual(['other@old RUNNING', 'minutes@new RUNNING']);
    expect(submitted()).toBe('INSERT INTO a SELECT * FROM b;\n');
  });

  test.each(['RUNNING', 'RESTARTING', 'CREATED', 'FINISHED'])(
    'does nothing if a job of the same content exists: %s',
    async (state) => {
      jobManager.add('minutes@new', state);
      expect((await submit()).code).toBe(0);
      expect(names()).toEqual([`minutes@new ${state}`]);
      expect(jobManager.requests).toEqual([]);
    },
  );

  test.each(['FAILED', 'CANCELED'])('submits a job of the same content again if it is %s', async (state) => {
    jobManager.add('minutes@new', state);
    expect((await submit()).code).toBe(0);
    expect(names()).toEqual([`minutes@new ${state}`, 'minutes@new RUNNING']);
  });

  test('stops the job of another content with a savepoint, and restores it', async () => {
    jobManager.add('minutes@old', 'RUNNING');
    const { code, output } = await submit();
    expect(output).toContain('the savepoint is file:/state/savepoints/savepoint-1');
    expect(code).toBe(0);
    expect(names()).toEqual(['minutes@old FINISHED', 'minutes@new RUNNING']);
    expect(submitted()).toBe(
      "SET 'execution.state-recovery.path' = 'file:/state/savepoints/savepoint-1';\nINSERT INTO a SELECT * FROM b;\n",
    );
  });

  test('drops state that does not fit only if that is set', async () => {
    jobManager.add('minutes@old', 'RUNNING');
    expect((await submit({ SAVEPOINT_POLICY: 'drop-unmatched' })).code).toBe(0);
    expect(submitted()).toContain("SET 'execution.state-recovery.ignore-unclaimed-state' = 'true';");
  });

  test('cancels the job of another content for a fresh start', async () => {
    jobManager.add('minutes@old', 'RUNNING');
    expect((await submit({ SAVEPOINT_POLICY: 'fresh' })).code).toBe(0);
    expect(names()).toEqual(['minutes@old CANCELED', 'minutes@new RUNNING']);
    expect(submitted()).not.toContain('state-recovery');
  });

  test('finds the savepoint of a try that stopped the job but did not submit', async () => {
    jobManager.add('minutes@old', 'FINISHED', 'file:/state/savepoints/savepoint-9');
    expect((await submit()).code).toBe(0);
    expect(submitted()).toContain("= 'file:/state/savepoints/savepoint-9'");
  });

  test('does not restore a checkpoint of a job that has finished', async () => {
    jobManager.add('minutes@old', 'FINISHED');
    expect((await submit()).code).toBe(0);
    expect(submitted()).not.toContain('state-recovery');
  });

  test('goes back to an earlier content', async () => {
    jobManager.add('minutes@new', 'FINISHED', 'file:/state/savepoints/savepoint-0');
    jobManager.add('minutes@old', 'RUNNING');
    expect((await submit()).code).toBe(0);
    expect(names()).toEqual(['minutes@new FINISHED', 'minutes@old FINISHED', 'minutes@new RUNNING']);
    expect(submitted()).toContain('savepoint-1');
  });

  test('does not mistake the old job for a new one that was rejected', async () => {
    jobManager.add('minutes@new', 'FINISHED', 'file:/state/savepoints/savepoint-0');
    jobManager.add('minutes@old', 'RUNNING');
    const { code, output } = await submit({ FAKE_ERROR: 'SQL validation failed' });
    expect(output).toContain('SQL validation failed');
    expect(code).toBe(3);
  });

  test('keeps the old job running if no savepoint can be made, and a retry may help', async () => {
    jobManager.add('minutes@old', 'RUNNING');
    jobManager.savepointsThatFail = Infinity;
    const { code, output } = await submit({ WAIT_SECONDS: '1' });
    expect(output).toContain('did not stop with a savepoint in file:///state/savepoints');
    expect(output).toContain(
      'job 00000000000000000000000000000001 has no savepoint yet: Caused by: disk full',
    );
    expect(code).toBe(1);
    expect(names()).toEqual(['minutes@old RUNNING']);
  });

  test('tries the savepoint again while the tasks of the old job are starting', async () => {
    jobManager.add('minutes@old', 'RUNNING');
    jobManager.savepointsThatFail = 2;
    expect((await submit({ WAIT_SECONDS: '20' })).code).toBe(0);
    expect(names()).toEqual(['minutes@old FINISHED', 'minutes@new RUNNING']);
  });

  test('says why a job that starts with a savepoint fails, and what to set', async () => {
    jobManager.add('minutes@old', 'RUNNING');
    jobManager.startsAs = 'FAILED';
    const { code, output } = await submit();
    expect(output).toContain('Caused by: state \\"x\\" has no place');
    expect(output).toContain("set savepointPolicy to 'drop-unmatched' or 'fresh'");
    expect(code).toBe(3);
  });

  test('does not report a job as running before its tasks have restored the savepoint', async () => {
    jobManager.add('minutes@old', 'FINISHED', 'file:/state/savepoints/savepoint-0');
    jobManager.becomes = 'FAILED';
    const { code, output } = await submit();
    expect(output).toContain("set savepointPolicy to 'drop-unmatched' or 'fresh'");
    expect(output).not.toContain('is RUNNING');
    expect(code).toBe(3);
  });

  test('retries while the gateway does not answer, and gives up in time', async () => {
    const { code, output } = await submit({
      FAKE_ERROR: 'java.net.ConnectException: Connection refused',
      WAIT_SECONDS: '1',
    });
    expect(output).toContain('the job did not start within 1 s');
    expect(code).toBe(1);
  });

  test('gives up if the JobManager does not answer, and names it', async () => {
    jobManager.close();
    const { code, output } = await submit({ REST_PORT: '1', WAIT_SECONDS: '1' });
    expect(output).toContain('the JobManager at http://127.0.0.1:1 did not answer within 1 s');
    expect(code).toBe(1);
  });
});
