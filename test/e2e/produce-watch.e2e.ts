/** `strain-producer watch` on real services: what appears is published, once, within seconds. */
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';

import { freePorts } from '../../cli/ports';
import { run } from '../../producer/cli';
import { readCommitted } from './committed';
import { asParsed, produceArgs, strainProducer, until } from './producing';
import { services } from './services';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'watch-'));
  await strainProducer(['sample', path.join(folder, 'made'), '--session', 'Hour', '--stations', '4']);
});
afterAll(() => rm(folder, { recursive: true }));

const archiveOf = (station: number): string => `B0${String(station).padStart(2, '0')}2118200.tgz`;

/** Renames a whole archive into a folder, as loggers do. */
async function arrive(name: string, incoming: string): Promise<void> {
  const draft = path.join(incoming, `.${name}.part`);
  await copyFile(path.join(folder, 'made', name), draft);
  await rename(draft, path.join(incoming, name));
}

/** A watcher in this process. */
class Watching {
  stderr = '';
  private readonly stopper = new AbortController();
  private readonly code: Promise<number>;

  constructor(topic: string, ...args: string[]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    const [, ...options] = produceArgs(topic);
    this.code = run(['watch', ...options, ...args], {
      stdin: Readable.from([]),
      stdout: stdout.resume(),
      stderr,
      env: {},
      signal: this.stopper.signal,
    });
  }

  /** Waits until it has written `text`, and returns how long that took, milliseconds. */
  async says(text: string): Promise<number> {
    const began = Date.now();
    await until(
      `it says '${text}'`,
      () => this.stderr.includes(text),
      () => this.stderr,
    );
    return Date.now() - began;
  }

  stop(): Promise<number> {
    this.stopper.abort('SIGTERM');
    return this.code;
  }
}

async function expectCommitted(topic: string, names: readonly string[]): Promise<void> {
  const expected: string[] = [];
  for (const name of names) {
    const { stdout } = await strainProducer(['parse', path.join(folder, 'made', name)]);
    expected.push(...stdout.trim().split('\n'));
  }
  const found = asParsed(await readCommitted(topic, expected.length));
  const left = new Set(expected);
  for (const row of found) left.delete(row);
  expect({ rows: found.length, missing: left.size }).toEqual({ rows: expected.length, missing: 0 });
}

test('what is there and what arrives is published, and again after Kafka was away', async () => {
  const incoming = path.join(folder, 'incoming');
  await mkdir(incoming);
  await arrive(archiveOf(9), incoming);
  const [port = 0] = await freePorts(1);
  const get = async (at: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${at}`)).text();
  const watching = new Watching('watched', incoming, '--listen', `127.0.0.1:${port}`);
  await watching.says(`published ${path.join(incoming, archiveOf(9))}: 3,580 rows`);

  await arrive(archiveOf(10), incoming);
  const took = await watching.says(`published ${path.join(incoming, archiveOf(10))}`);
  expect(took).toBeLessThan(5_000);

  await services.killBroker();
  await arrive(archiveOf(11), incoming);
  await until('it is not ready', async () => !(await get('/readyz')).startsWith('kafka: ok'));
  await services.startBroker();
  await watching.says(`published ${path.join(incoming, archiveOf(11))}`);
  expect(await get('/readyz')).toBe('kafka: ok\ncaught-up: ok\n');
  const metrics = await get('/metrics');
  expect(metrics).toContain('strain_rows_published_total{station="B010",session="Hour"} 3580');
  expect(metrics).toContain(`strain_archives_published_total{source="${incoming}"} 3`);
  expect(metrics).toMatch(/strain_newest_sample_age_seconds\{station="B009"\} \d/);
  expect(await watching.stop()).toBe(143);

  // A restart skips what is published.
  const next = new Watching('watched', incoming);
  await arrive(archiveOf(12), incoming);
  await next.says(`published ${path.join(incoming, archiveOf(12))}`);
  expect(next.stderr).not.toContain(archiveOf(9));
  expect(await next.stop()).toBe(143);
  await expectCommitted('watched', [9, 10, 11, 12].map(archiveOf));
});
