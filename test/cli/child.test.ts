import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../../cli/child';

const dir = mkdtempSync(path.join(tmpdir(), 'child-'));
const logFile = path.join(dir, 'log', 'service.log');

const start = (script: string): Promise<Child> =>
  Child.start({
    command: ['/bin/sh', '-c', script],
    cwd: dir,
    logFile,
    env: { WORD: 'hello' },
  });

/** Waits until the log has `text`. */
async function logged(text: string): Promise<void> {
  while (!readFileSync(logFile, 'utf8').includes(text)) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('returns its exit code and logs its output', async () => {
  const child = await start('echo $WORD; pwd; exit 7');
  expect(await child.ended).toEqual({ code: 7, signal: null });
  expect(child.isRunning).toBe(false);
  expect(readFileSync(logFile, 'utf8')).toBe(`hello\n${dir}\n`);
});

test('passes on its output and errors as they arrive', async () => {
  let output = '';
  const child = await Child.start({
    command: ['/bin/sh', '-c', 'echo one; echo two >&2'],
    cwd: dir,
    onOutput: (text) => (output += text),
  });
  await child.ended;
  expect(output.split('\n').sort()).toEqual(['', 'one', 'two']);
});

test('keeps the log of the previous start', async () => {
  await (
    await start('echo first')
  ).ended;
  await (
    await start('echo second')
  ).ended;
  expect([readFileSync(`${logFile}.1`, 'utf8'), readFileSync(logFile, 'utf8')]).toEqual([
    'first\n',
    'second\n',
  ]);
});

test('stop ends it by SIGTERM', async () => {
  const child = await start("trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.05; done");
  await logged('up');
  await child.stop(10_000);
  expect(await child.ended).toEqual({ code: 5, signal: null });
  expect(readFileSync(logFile, 'utf8')).toContain('bye');
});

test('stop kills a process that ignores SIGTERM', async () => {
  const child = await start("trap '' TERM; echo up; while :; do sleep 0.05; done");
  await logged('up');
  const before = Date.now();
  await child.stop(200);
  expect(Date.now() - before).toBeLessThan(5_000);
  expect(child.isRunning).toBe(false);
});

test('stop does nothing when it has ended', async () => {
  const child = await start('exit 0');
  await child.ended;
  await child.stop(1_000);
});

test('ends when the process that started it is killed', async () => {
  const script = `
    const { Child } = require('./cli/child');
    void Child.start({ command: ['sleep', '1000'], cwd: '/', logFile: ${JSON.stringify(path.join(dir, 'orphan.log'))} })
      .then((child) => console.log(child.pid));
  `;
  const parent = spawn(process.execPath, ['-r', 'tsx/cjs', '-e', script], {
    cwd: path.resolve(__dirname, '../..'),
  });
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  const keeper = Number(output.toString());
  expect(isAlive(keeper)).toBe(true);
  parent.kill('SIGKILL');
  const limit = Date.now() + 10_000;
  while (isAlive(keeper) && Date.now() < limit) await sleep(50);
  expect(isAlive(keeper)).toBe(false);
}, 30_000);
