import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { Kafka, logLevel } from 'kafkajs';

import { changeSockets, slowAnswers } from './network';
import {
  asParsed,
  messageCount,
  produceAtLeastOnce,
  produceArgs,
  readTopic,
  strainProducer,
} from './producing';
import { services } from './services';

const CLI = path.resolve(__dirname, '../../producer/bin/strain-producer.js');

const SLOW_NETWORK = path.resolve(__dirname, 'slow-network.ts');

/** 20 Hz hours of two stations: with slow answers, enough rows that a run can be caught in the middle. */
const STATIONS = ['B009', 'B010'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'produce-faults-'));
  const { code } = await strainProducer([
    'sample',
    folder,
    '--session',
    'Min',
    '--stations',
    STATIONS.join(','),
  ]);
  expect(code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

let restoreNetwork: () => void = () => undefined;
/** Makes brokers answer slowly until the end of the test. */
function slowNetwork(): void {
  restoreNetwork = changeSockets(slowAnswers(800));
}
afterEach(() => restoreNetwork());

/** Waits until some rows, not all, are in the topic, more than can be in flight. */
async function untilHalfway(topic: string): Promise<void> {
  while ((await messageCount(topic)) < 30_000) await sleep(20);
}

test('a broker that is killed and comes back: no row lost, none twice, each station in order', async () => {
  slowNetwork();
  const done = produceAtLeastOnce('killed', [folder]);
  await untilHalfway('killed');
  await services.killBroker();
  await sleep(5_000);
  await services.startBroker();
  const { code, stderr } = await done;
  expect(stderr).toMatch(/waiting for Kafka at .* to acknowledge rows/);
  expect(stderr).toMatch(/acknowledges rows again/);
  expect(code).toBe(0);
  const rows = asParsed(await readTopic('killed'));
  const { stdout } = await strainProducer(['parse', folder]);
  const expected = stdout.trim().split('\n');
  for (const site of STATIONS) {
    const of = (lines: string[]): string[] => lines.filter((line) => line.includes(`"site":"${site}"`));
    expect(of(rows)).toHaveLength(of(expected).length);
    expect(of(rows)).toEqual(of(expected));
  }
  expect(rows).toHaveLength(expected.length);
});

test('a broker that stays away: exit 1 after the delivery timeout, with what was acknowledged', async () => {
  slowNetwork();
  const done = produceAtLeastOnce('gone', [folder, '--delivery-timeout', '4']);
  await untilHalfway('gone');
  await services.killBroker();
  const { code, stderr } = await done;
  await services.startBroker();
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /did not acknowledge rows within 4 s \(.*ECONNREFUSED[\s\S]*run the same command again/,
  );
  const acknowledged = Number(
    /^([\d,]+) of [\d,]+ rows acknowledged/m.exec(stderr)?.[1]?.replaceAll(',', ''),
  );
  expect(acknowledged).toBeGreaterThan(0);
  // The broker that is back first finds out who leads the partitions.
  const limit = Date.now() + 20_000;
  while ((await messageCount('gone')) < acknowledged && Date.now() < limit) await sleep(200);
  expect(await messageCount('gone')).toBeGreaterThanOrEqual(acknowledged);
});

test('SIGTERM: what is in flight is acknowledged, the summary, exit 143', async () => {
  const child = spawn(process.execPath, [
    ...['-r', 'tsx/cjs', '-r', SLOW_NETWORK],
    ...[CLI, ...produceArgs('terminated'), '--at-least-once', folder],
  ]);
  const stderr = text(child.stderr);
  await untilHalfway('terminated');
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(143);
  const [, acknowledged, rows] = /^([\d,]+) of ([\d,]+) rows acknowledged/m.exec(await stderr) ?? [];
  expect(acknowledged).toBe(rows);
  expect(Number(rows?.replaceAll(',', ''))).toBeLessThan(143_200);
  expect(await messageCount('terminated')).toBe(Number(acknowledged?.replaceAll(',', '')));
});

test('SIGTERM while the broker is down ends it in time', async () => {
  slowNetwork();
  const stop = new AbortController();
  const done = produceAtLeastOnce('stopped', [folder], stop.signal);
  await untilHalfway('stopped');
  await services.killBroker();
  stop.abort('SIGTERM');
  const started = Date.now();
  const { code, stderr } = await done;
  const seconds = (Date.now() - started) / 1000;
  await services.startBroker();
  expect(code).toBe(143);
  expect(stderr).toContain('did not acknowledge rows before the producer had to stop');
  expect(seconds).toBeLessThan(20);
});

test('a registry that refuses: the field that differs, exit 1, nothing published', async () => {
  const { registryUrl } = services.addresses;
  const latest = `${registryUrl}/subjects/other-value/versions`;
  const other = {
    type: 'record',
    name: 'gtsm_etl',
    namespace: 'gtsm_etl',
    fields: [
      { name: 'site', type: ['string', 'null'] },
      { name: 'bs1_t0', type: ['string', 'null'] },
    ],
  };
  const registered = await fetch(latest, {
    method: 'POST',
    headers: { 'Content-Type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(other) }),
  });
  expect(registered.ok).toBe(true);
  const { code, stderr } = await produceAtLeastOnce('other', [folder]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/refuses the schema of other-value/);
  expect(stderr).toContain('field bs1_t0 is ["string","null"] there, ["int","null"] here');
  expect(await messageCount('other')).toBe(0);
});

test('no broker: what was tried and what to do, exit 1 after the wait', async () => {
  const started = Date.now();
  const { code, stderr } = await produceAtLeastOnce('x', [
    folder,
    '--bootstrap-servers',
    'localhost:2',
    '--wait',
    '2',
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /Kafka at localhost:2 could not be used within 2 s \(.*ECONNREFUSED[\s\S]*--bootstrap-servers/,
  );
  expect(Date.now() - started).toBeLessThan(10_000);
});

test('no registry: what was tried and what to do, exit 1 after the wait', async () => {
  const { code, stderr } = await produceAtLeastOnce('x', [
    folder,
    '--schema-registry',
    'http://localhost:2',
    '--wait',
    '2',
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/schema registry at http:\/\/localhost:2 did not answer within 2 s/);
});

test('an invalid topic name: the message of Kafka, exit 1 at once', async () => {
  const { code, stderr } = await produceAtLeastOnce('no such:topic', [folder]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/the topic no such:topic does not exist at .* could not be created/);
});

test('a topic with a small message limit gets small batches', async () => {
  const kafka = new Kafka({ brokers: [services.addresses.bootstrapServers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic: 'small', configEntries: [{ name: 'max.message.bytes', value: '6000' }] }],
  });
  await admin.disconnect();
  const day = await mkdtemp(path.join(tmpdir(), 'produce-small-'));
  await strainProducer(['sample', day, '--session', 'Hour']);
  const { code } = await produceAtLeastOnce('small', [day, '--compression', 'none']);
  await rm(day, { recursive: true });
  expect(code).toBe(0);
  const times = (await readTopic('small')).map(({ value }) => value.time);
  expect(times).toHaveLength(3_580);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});
