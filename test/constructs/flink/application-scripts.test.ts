/**
 * The scripts of an application's processes, with fakes of Flink's scripts. test/cluster/jobs.cluster.ts runs
 * them with Flink.
 */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPTS = join(__dirname, '../../../constructs/flink/scripts');
/** Our script by the script of Flink that it starts. */
const PROGRAMS = { 'standalone-job.sh': 'jobmanager.sh', 'taskmanager.sh': 'taskmanager.sh' } as const;

let folder: string;
let state: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'application-'));
  state = join(folder, 'state', 'counts');
  for (const name of ['bin', 'work', 'state']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'job.sql'), 'INSERT INTO sink SELECT 1;\n');
  flinkDoes('exit 0');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What the fakes of both Flink scripts do. Each writes down its arguments. */
function flinkDoes(commands: string): void {
  for (const program of Object.keys(PROGRAMS)) {
    const file = join(folder, 'bin', program);
    writeFileSync(file, `#!/usr/bin/env bash\nprintf '%s\\n' "$@" >${folder}/arguments\n${commands}\n`);
    chmodSync(file, 0o755);
  }
}

function start(program: keyof typeof PROGRAMS, content = 'a', policy = 'savepoint') {
  const child = spawn('bash', [join(SCRIPTS, PROGRAMS[program])], {
    env: {
      PATH: process.env.PATH,
      JOB_NAME: 'counts',
      CONTENT: content,
      SAVEPOINT_POLICY: policy,
      STATE_FOLDER: state,
      SCRIPT: join(folder, 'job.sql'),
      FLINK_BIN: join(folder, 'bin'),
      WORK_DIR: join(folder, 'work'),
      POD_IP: '10.0.0.1',
      POD_NAMESPACE: 'test',
      PAUSE_SECONDS: '0.1',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  );
  return { child, ended, output: () => output };
}

const run = (content?: string, policy?: string) => start('standalone-job.sh', content, policy).ended;
const flinkArguments = () => readFileSync(join(folder, 'arguments'), 'utf8').split('\n');
const script = () => readFileSync(join(folder, 'work', 'job.sql'), 'utf8');

/** Makes a complete checkpoint or savepoint with this time, in seconds since the epoch. */
function stateAt(path: string, seconds: number): void {
  mkdirSync(join(state, path), { recursive: true });
  writeFileSync(join(state, path, '_metadata'), '');
  utimesSync(join(state, path, '_metadata'), seconds, seconds);
}

async function until(done: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !done();) {
    if (Date.now() > deadline) throw new Error('not done within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the JobManager of an application', () => {
  test('starts without state, with the ids and folders of its generation', async () => {
    const { output } = await run();
    expect(output).toBe('counts: generation 1 starts with no state\ncounts: the script has finished\n');
    expect(script()).toBe('INSERT INTO sink SELECT 1;\n');
    expect(flinkArguments()).toEqual(
      expect.arrayContaining([
        'start-foreground',
        'jobmanager.rpc.address=10.0.0.1',
        'kubernetes.namespace=test',
        'kubernetes.cluster-id=counts-1',
        'high-availability.cluster-id=counts-1',
        `high-availability.storageDir=file://${state}/1/high-availability`,
        `execution.checkpointing.dir=file://${state}/1/checkpoints`,
        `execution.checkpointing.savepoint-dir=file://${state}/1/savepoints`,
        'org.apache.flink.table.runtime.application.SqlDriver',
        `file://${folder}/work/job.sql`,
      ]),
    );
  });

  test('keeps the generation of the same content, and restores its newest complete checkpoint', async () => {
    flinkDoes('exit 1');
    await run();
    stateAt('1/checkpoints/f/chk-9', 900);
    stateAt('1/checkpoints/f/chk-10', 1000);
    mkdirSync(join(state, '1/checkpoints/f/chk-11'));
    const { output } = await run();
    expect(output).toContain(`generation 1 starts with ${state}/1/checkpoints/f/chk-10`);
    expect(script()).toBe(
      `SET 'execution.state-recovery.path' = 'file://${state}/1/checkpoints/f/chk-10';\n` +
        "SET 'execution.state-recovery.claim-mode' = 'CLAIM';\nINSERT INTO sink SELECT 1;\n",
    );
  });

  test('makes a new generation of another content, even after a revert, and restores the newest state', async () => {
    flinkDoes('exit 1');
    await run('a');
    stateAt('1/checkpoints/f/chk-5', 500);
    expect((await run('b')).output).toContain(`generation 2 starts with ${state}/1/checkpoints/f/chk-5`);
    stateAt('2/checkpoints/f/chk-6', 600);
    expect((await run('a')).output).toContain(`generation 3 starts with ${state}/2/checkpoints/f/chk-6`);
  });

  test('restores a savepoint that is the newest, and does not claim it', async () => {
    flinkDoes('exit 1');
    await run('a');
    stateAt('1/checkpoints/f/chk-5', 500);
    stateAt('1/savepoints/savepoint-1', 501);
    await run('b');
    expect(script()).toContain(`'file://${state}/1/savepoints/savepoint-1'`);
    expect(script()).toContain("'execution.state-recovery.claim-mode' = 'NO_CLAIM'");
  });

  test('drops state that does not fit if that is set', async () => {
    flinkDoes('exit 1');
    await run('a');
    stateAt('1/checkpoints/f/chk-5', 500);
    await run('b', 'drop-unmatched');
    expect(script()).toContain("SET 'execution.state-recovery.ignore-unclaimed-state' = 'true';");
  });

  test('a fresh start restores no state, and older state is never restored again', async () => {
    flinkDoes('exit 1');
    await run('a');
    stateAt('1/checkpoints/f/chk-5', 500);
    expect((await run('b', 'fresh')).output).toContain('generation 2 starts with no state');
    expect((await run('c')).output).toContain('generation 3 starts with no state');
    stateAt('3/checkpoints/f/chk-1', 400);
    expect((await run('d')).output).toContain(`generation 4 starts with ${state}/3/checkpoints/f/chk-1`);
  });

  test('a script that has finished is not run again', async () => {
    expect(await run()).toMatchObject({ code: 0 });
    rmSync(join(folder, 'arguments'));
    const again = await run();
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining('has finished') as string });
    expect(existsSync(join(folder, 'arguments'))).toBe(false);
    await run('b');
    expect(existsSync(join(folder, 'arguments'))).toBe(true);
  });

  test('a failure ends with its root cause', async () => {
    flinkDoes("echo 'Caused by: a.B: outer'; echo 'Caused by: c.D: no such table'; echo later; exit 163");
    const { code, output } = await run();
    expect(code).toBe(1);
    expect(output.trimEnd().split('\n').at(-1)).toBe('counts: the job failed: c.D: no such table');
  });

  test('state that does not fit: says so and what to do', async () => {
    flinkDoes('exit 1');
    await run('a');
    stateAt('1/checkpoints/f/chk-5', 500);
    flinkDoes(
      "echo 'Caused by: x: Cannot map checkpoint/savepoint state for operator 1 to the new program'; exit 163",
    );
    expect((await run('b')).output).toContain(
      `the state in ${state}/1/checkpoints/f/chk-5 does not fit the changed script: set savepointPolicy to 'drop-unmatched' or 'fresh'`,
    );
  });

  test('state of other types stops the JobManager, which would retry forever', async () => {
    flinkDoes('exit 1');
    await run('a');
    stateAt('1/checkpoints/f/chk-5', 500);
    flinkDoes(
      "trap 'exit 143' TERM; echo 'Caused by: x.StateMigrationException: no'; while :; do sleep 0.1; done",
    );
    const { code, output } = await run('b');
    expect(code).toBe(1);
    expect(output).toContain("has other types than the changed script: set savepointPolicy to 'fresh'");
  });

  test('SIGTERM reaches Flink, and does not count as a failure', async () => {
    flinkDoes(`trap 'touch ${folder}/term; exit 143' TERM; echo up; while :; do sleep 0.1; done`);
    const { child, ended, output } = start('standalone-job.sh');
    await until(() => output().includes('up'));
    child.kill('SIGTERM');
    const { code, output: all } = await ended;
    expect(code).toBe(143);
    expect(existsSync(join(folder, 'term'))).toBe(true);
    expect(all).not.toContain('failed');
  });

  test('stops when another generation takes over', async () => {
    flinkDoes("trap 'exit 143' TERM; echo up; while :; do sleep 0.1; done");
    const { ended, output } = start('standalone-job.sh');
    await until(() => output().includes('up'));
    writeFileSync(join(state, 'generation'), '2 b 0\n');
    expect(await ended).toMatchObject({
      code: 143,
      output: expect.stringContaining('the script has changed') as string,
    });
  });

  test('an unreadable generation is not treated as the first one', async () => {
    mkdirSync(state);
    writeFileSync(join(state, 'generation'), '');
    const { code, output } = await run();
    expect(code).toBe(1);
    expect(output).toContain(`${state}/generation contains ''; expected NUMBER CONTENT NUMBER`);
    expect(existsSync(join(folder, 'arguments'))).toBe(false);
  });

  test('says where it cannot write', async () => {
    rmSync(join(folder, 'state'), { recursive: true });
    writeFileSync(join(folder, 'state'), '');
    const { code, output } = await run();
    expect(code).toBe(1);
    expect(output).toContain(`cannot write ${state}: the volume must belong to group`);
  });
});

describe('a TaskManager of an application', () => {
  test('waits until the JobManager has started its content, and joins that generation', async () => {
    mkdirSync(state);
    writeFileSync(join(state, 'generation'), '1 old 0\n');
    const { ended, output } = start('taskmanager.sh');
    await until(() => output().includes('waiting for the JobManager to start this script'));
    expect(existsSync(join(folder, 'arguments'))).toBe(false);
    writeFileSync(join(state, 'generation'), '2 a 0\n');
    await ended;
    expect(flinkArguments()).toContain('kubernetes.cluster-id=counts-2');
  });

  test('stops when another generation takes over', async () => {
    mkdirSync(state);
    writeFileSync(join(state, 'generation'), '1 a 0\n');
    flinkDoes("trap 'exit 143' TERM; echo up; while :; do sleep 0.1; done");
    const { ended, output } = start('taskmanager.sh');
    await until(() => output().includes('up'));
    writeFileSync(join(state, 'generation'), '2 b 0\n');
    expect((await ended).output).toContain(
      'the script has changed: stopping this process, which runs the previous script',
    );
  });
});
