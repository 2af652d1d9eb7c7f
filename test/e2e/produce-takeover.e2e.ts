/** Producers that are stopped, killed, paused and overtaken: each row is committed once, in order. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import type { StreamStatus } from '../../producer/exactly-once/status';
import { createLogger } from '../../producer/log';
import { Brokers } from '../../producer/publish/kafkajs-inner';
import { readCommitted } from './committed';
import { asParsed, produce, produceArgs, strainProducer, until } from './producing';
import { services } from './services';

const CLI = path.resolve(__dirname, '../../producer/bin/strain-producer.js');
const SLOW_NETWORK = path.resolve(__dirname, 'slow-network.ts');

/** A 20 Hz hour. */
let folder: string;
let rows: string[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'takeover-'));
  await strainProducer(['sample', folder, '--session', 'Min']);
  rows = (await strainProducer(['parse', folder])).stdout.trim().split('\n');
});
afterAll(() => rm(folder, { recursive: true }));

/** A producer as a process of its own, whose brokers answer slowly. */
class SlowProducer {
  stderr = '';
  readonly process: ChildProcess;

  /** @param delay of each answer, milliseconds */
  constructor(topic: string, delay: number, ...args: string[]) {
    this.process = spawn(
      process.execPath,
      ['-r', 'tsx/cjs', '-r', SLOW_NETWORK, CLI, ...produceArgs(topic), folder, ...args],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ANSWER_DELAY: `${delay}` } },
    );
    this.process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  /** Waits until it has written some of its rows, committed or not. */
  async untilBegun(topic: string): Promise<void> {
    const log = createLogger('text', new PassThrough().resume());
    const brokers = new Brokers([services.addresses.bootstrapServers], log);
    await brokers.connect();
    const offset = async (): Promise<bigint> => {
      await brokers.loadTopics(topic);
      return (await brokers.leaderOf(topic, 0)).endOffset();
    };
    await until(`4,000 rows are in ${topic}`, async () => (await offset().catch(() => 0n)) >= 4_000n);
    await brokers.close();
  }

  /** Its exit code, or the signal that ended it. */
  async end(): Promise<number | NodeJS.Signals | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'close');
    return this.process.exitCode ?? this.process.signalCode;
  }
}

async function expectExact(topic: string): Promise<void> {
  const found = asParsed(await readCommitted(topic, rows.length));
  const first = found.findIndex((row, index) => row !== rows[index]);
  expect({ rows: found.length, firstDifference: found[first] }).toEqual({
    rows: rows.length,
    firstDifference: undefined,
  });
}

async function statusOf(topic: string): Promise<StreamStatus> {
  const { bootstrapServers } = services.addresses;
  const { stdout } = await strainProducer([
    ...['status', '--json', '--topic', topic, '--bootstrap-servers', bootstrapServers],
  ]);
  return (JSON.parse(stdout) as StreamStatus[])[0]!;
}

test('killed: what was not committed is not seen, and the next run goes on from what was', async () => {
  const producer = new SlowProducer('killed-once', 1_500);
  await producer.untilBegun('killed-once');
  producer.process.kill('SIGKILL');
  expect(await producer.end()).toBe('SIGKILL');
  expect((await produce('killed-once', [folder])).code).toBe(0);
  await expectExact('killed-once');
});

test('SIGTERM: what was read is committed as a part, and the next run resumes it', async () => {
  const producer = new SlowProducer('stopped-once', 800);
  await producer.untilBegun('stopped-once');
  producer.process.kill('SIGTERM');
  expect({ code: await producer.end(), stderr: producer.stderr }).toMatchObject({ code: 143 });
  const { partial, rows: part } = await statusOf('stopped-once');
  expect(partial).toBe(1);
  expect(part).toBeGreaterThanOrEqual(4_000);
  const next = await produce('stopped-once', [folder]);
  expect(next.stderr).toContain('1 resumed');
  expect(next.stderr).toContain(`${(rows.length - part).toLocaleString('en-US')} rows committed`);
  await expectExact('stopped-once');
});

test('a second producer takes over: the first one says so and ends with exit 1', async () => {
  const first = new SlowProducer('taken', 1_500);
  await first.untilBegun('taken');
  expect((await produce('taken', [folder])).code).toBe(0);
  expect(await first.end()).toBe(1);
  expect(first.stderr).toContain('another producer has taken over the station B009');
  await expectExact('taken');
});

test('paused for longer than its transaction may take: it starts again from what is committed', async () => {
  const producer = new SlowProducer('paused', 400, '--transaction-timeout', '5');
  await producer.untilBegun('paused');
  producer.process.kill('SIGSTOP');
  await sleep(16_000); // the broker looks for transactions that took too long every 10 s
  producer.process.kill('SIGCONT');
  expect(await producer.end()).toBe(0);
  expect(producer.stderr).toContain('publishing its rows again');
  await expectExact('paused');
});

test('status shows what is published, and what is forgotten is published again', async () => {
  await produce('known', [folder]);
  expect(await statusOf('known')).toMatchObject({
    ...{ site: 'B009', session: 'Min', done: 1, partial: 0, damaged: 0, rows: rows.length, samples: 288_000 },
    gaps: 1,
  });
  const { bootstrapServers } = services.addresses;
  const args = ['--topic', 'known', '--bootstrap-servers', bootstrapServers];
  const table = await strainProducer(['status', '--archives', ...args]);
  expect(table.stdout).toMatch(/B0092118200_20.tar .* B009 .* Min .* done/);
  const unknown = await strainProducer(['forget', 'B0092118201_20.tar', ...args]);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('not published: B0092118201_20.tar');
  expect((await strainProducer(['forget', 'B0092118200_20.tar', ...args])).code).toBe(0);
  expect((await produce('known', [folder])).stderr).toContain('1 archive published');
});
