/**
 * The scripts of an application's processes, with fakes of Flink's scripts and of the Java program that keeps
 * generations. test/cluster/jobs.cluster.ts and flink-s3.cluster.ts run them with the real ones.
 */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPTS = join(__dirname, '../../../constructs/flink/scripts');
const STATE = 's3://flink-state/jobs/counts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'application-'));
  for (const name of ['bin', 'lib', 'work', 'java']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'lib', 'generations.jar'), '');
  writeFileSync(join(folder, 'job.sql'), 'INSERT INTO sink SELECT 1;\n');
  flinkDoes('exit 0');
  javaDoes('start', 'echo 1 >"${!#}"');
});

afterEach(() => rmSync(folder, { recursive: true }));

function program(path: string, commands: string): void {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/usr/bin/env bash\n${commands}\n`);
  chmodSync(file, 0o755);
}

/** What the fakes of Flink's scripts do. Each writes down its arguments. */
function flinkDoes(commands: string): void {
  for (const name of ['standalone-job.sh', 'taskmanager.sh']) {
    program(`bin/${name}`, `printf '%s\\n' "$@" >${folder}/arguments\n${commands}`);
  }
}

/** What the fake of the Java program does for a command. It writes down its calls. */
function javaDoes(command: string, commands: string): void {
  program(
    'java/bin/java',
    `all="$*"\ncall="\${all#*generations.Main }"\necho "$call" >>${folder}/calls\ncase $call in '${command} '*) ${commands} ;; esac`,
  );
}

/** The generation and its state, as the Java program finds them. */
const generationIs = (line: string) => javaDoes('start', `echo '${line}' >"\${!#}"`);

function start(
  script: 'jobmanager.sh' | 'taskmanager.sh',
  env: Record<string, string> = {},
  args: string[] = [],
) {
  const child = spawn('bash', [join(SCRIPTS, script), ...args], {
    env: {
      PATH: process.env.PATH,
      JAVA_HOME: join(folder, 'java'),
      FLINK_HOME: folder,
      FLINK_CONF_DIR: '/conf',
      JOB_NAME: 'counts',
      CONTENT: 'a',
      SAVEPOINT_POLICY: 'savepoint',
      STATE_FOLDER: STATE,
      WORK_DIR: join(folder, 'work'),
      POD_IP: '10.0.0.1',
      POD_NAMESPACE: 'test',
      ...env,
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

const runSql = (policy = 'savepoint') =>
  start('jobmanager.sh', { SCRIPT: join(folder, 'job.sql'), SAVEPOINT_POLICY: policy }).ended;
const runJar = (env: Record<string, string> = {}, args: string[] = []) =>
  start('jobmanager.sh', { JAR: '/opt/flink/usrlib/job.jar', ...env }, args).ended;
const lines = (file: string) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
/** Arguments that Flink got. */
const flinkArguments = () => lines('arguments');
/** Calls of the Java program. */
const calls = () => lines('calls');
const script = () => readFileSync(join(folder, 'work', 'job.sql'), 'utf8');

async function until(done: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !done();) {
    if (Date.now() > deadline) throw new Error('not done within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the JobManager of a SQL script', () => {
  test('starts without state, with the ids and folders of its generation', async () => {
    const { output } = await runSql();
    expect(output).toBe('counts: generation 1 starts with no state\ncounts: the job has finished\n');
    expect(calls()).toEqual([`start ${STATE} a savepoint CLAIM ${folder}/work/start`, `finish ${STATE} 1`]);
    expect(script()).toBe('INSERT INTO sink SELECT 1;\n');
    expect(flinkArguments()).toEqual(
      expect.arrayContaining([
        'start-foreground',
        'jobmanager.rpc.address=10.0.0.1',
        'kubernetes.namespace=test',
        'kubernetes.cluster-id=counts-1',
        'high-availability.cluster-id=counts-1',
        `high-availability.storageDir=${STATE}/1/high-availability`,
        `execution.checkpointing.dir=${STATE}/1/checkpoints`,
        `execution.checkpointing.savepoint-dir=${STATE}/1/savepoints`,
        'org.apache.flink.table.runtime.application.SqlDriver',
        `file://${folder}/work/job.sql`,
      ]),
    );
  });

  test('restores a checkpoint and claims it', async () => {
    generationIs(`2 ${STATE}/1/checkpoints/f/chk-10`);
    const { output } = await runSql();
    expect(output).toContain(`generation 2 starts with ${STATE}/1/checkpoints/f/chk-10`);
    expect(flinkArguments()).toContain('kubernetes.cluster-id=counts-2');
    expect(script()).toBe(
      `SET 'execution.state-recovery.path' = '${STATE}/1/checkpoints/f/chk-10';\n` +
        "SET 'execution.state-recovery.claim-mode' = 'CLAIM';\nINSERT INTO sink SELECT 1;\n",
    );
  });

  test('restores a savepoint and does not claim it', async () => {
    generationIs(`2 ${STATE}/1/savepoints/savepoint-1`);
    await runSql();
    expect(script()).toContain(`'${STATE}/1/savepoints/savepoint-1'`);
    expect(script()).toContain("'execution.state-recovery.claim-mode' = 'NO_CLAIM'");
  });

  test('drops state that does not fit if that is set', async () => {
    generationIs(`2 ${STATE}/1/checkpoints/f/chk-5`);
    await runSql('drop-unmatched');
    expect(script()).toContain("SET 'execution.state-recovery.ignore-unclaimed-state' = 'true';");
  });
});

describe('the JobManager of a jar', () => {
  test('runs the main class with its arguments, which Flink does not read', async () => {
    const { output } = await runJar({ JOB_CLASS: 'com.example.Orders' }, [
      '-s',
      'two words',
      '--topic=orders',
    ]);
    expect(output).toContain('generation 1 starts with no state');
    expect(calls()[0]).toBe(`start ${STATE} a savepoint NO_CLAIM ${folder}/work/start`);
    const jar = flinkArguments().indexOf('--jars');
    expect(flinkArguments().slice(jar)).toEqual([
      '--jars',
      'file:///opt/flink/usrlib/job.jar',
      '--job-classname',
      'com.example.Orders',
      '--',
      '-s',
      'two words',
      '--topic=orders',
    ]);
  });

  test.each([
    ['savepoint', []],
    ['drop-unmatched', ['--allowNonRestoredState']],
  ])('restores state with policy %s', async (policy, options) => {
    generationIs(`2 ${STATE}/1/checkpoints/f/chk-5`);
    await runJar({ SAVEPOINT_POLICY: policy });
    const from = flinkArguments().indexOf('--fromSavepoint');
    expect(flinkArguments().slice(from)).toEqual([
      '--fromSavepoint',
      `${STATE}/1/checkpoints/f/chk-5`,
      ...options,
      '--',
    ]);
  });
});

describe('the JobManager of an application', () => {
  test('a job that has finished is not run again', async () => {
    generationIs('3 finished');
    const { code, output } = await runSql();
    expect(code).toBe(0);
    expect(output).toBe(
      `counts: the job has finished; to run it again, change it or remove ${STATE}/3/finished\n`,
    );
    expect(existsSync(join(folder, 'arguments'))).toBe(false);
  });

  test('a failure ends with its root cause', async () => {
    flinkDoes("echo 'Caused by: a.B: outer'; echo 'Caused by: c.D: no such table'; echo later; exit 163");
    const { code, output } = await runSql();
    expect(code).toBe(1);
    expect(output.trimEnd().split('\n').at(-1)).toBe('counts: the job failed: c.D: no such table');
    expect(calls()).toHaveLength(1);
  });

  test('state that does not fit: says so and what to do', async () => {
    generationIs(`2 ${STATE}/1/checkpoints/f/chk-5`);
    flinkDoes(
      "echo 'Caused by: x: Cannot map checkpoint/savepoint state for operator 1 to the new program'; exit 163",
    );
    expect((await runSql()).output).toContain(
      `the state in ${STATE}/1/checkpoints/f/chk-5 does not fit the changed job: set savepointPolicy to 'drop-unmatched' or 'fresh'`,
    );
  });

  test('state of other types stops the JobManager, which would retry forever', async () => {
    generationIs(`2 ${STATE}/1/checkpoints/f/chk-5`);
    flinkDoes(
      "trap 'exit 143' TERM; echo 'Caused by: x.StateMigrationException: no'; while :; do sleep 0.1; done",
    );
    const { code, output } = await runSql();
    expect(code).toBe(1);
    expect(output).toContain("has other types than the changed job: set savepointPolicy to 'fresh'");
  });

  test('SIGTERM reaches Flink, and does not count as a failure', async () => {
    flinkDoes(`trap 'touch ${folder}/term; exit 143' TERM; echo up; while :; do sleep 0.1; done`);
    const { child, ended, output } = start('jobmanager.sh', { SCRIPT: join(folder, 'job.sql') });
    await until(() => output().includes('up'));
    child.kill('SIGTERM');
    const { code, output: all } = await ended;
    expect(code).toBe(143);
    expect(existsSync(join(folder, 'term'))).toBe(true);
    expect(all).not.toContain('failed');
  });

  test('a folder that cannot be read stops the start', async () => {
    javaDoes('start', "echo 'Access Denied' >&2; exit 1");
    const { code, output } = await runSql();
    expect(code).toBe(1);
    expect(output).toBe(
      `Access Denied\ncounts: cannot start this generation of the job in ${STATE}, see above\n`,
    );
    expect(existsSync(join(folder, 'arguments'))).toBe(false);
  });

  test('an image without the program that keeps generations is named', async () => {
    rmSync(join(folder, 'lib', 'generations.jar'));
    const { code, output } = await runSql();
    expect(code).toBe(1);
    expect(output).toContain(`the image has no ${folder}/lib/generations.jar: base it on`);
  });
});

describe('a TaskManager of an application', () => {
  test('joins the generation of its content once the JobManager has started it', async () => {
    javaDoes('await', 'echo waiting; sleep 0.3; echo 2 >"${!#}"');
    const { ended, output } = start('taskmanager.sh');
    await until(() => output().includes('waiting'));
    expect(existsSync(join(folder, 'arguments'))).toBe(false);
    await ended;
    expect(calls()).toEqual([`await ${STATE} a 2 ${folder}/work/number`]);
    expect(flinkArguments()).toContain('kubernetes.cluster-id=counts-2');
  });

  test('ends at once when it is stopped while it waits', async () => {
    javaDoes('await', 'echo waiting; exec sleep 60');
    const { child, ended, output } = start('taskmanager.sh');
    await until(() => output().includes('waiting'));
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 143 });
  });
});
