/**
 * Pods that watch a volume and a bucket while archives appear in them: pods are killed and become more and
 * fewer, and the brokers restart. Each row is committed once, in order.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { NAMES } from '../../constructs/common/names';
import { IngestSource } from '../../constructs/index';
import { PORTS, TOPIC } from '../../contract';
import { run } from '../e2e/command';
import { expectFittingRequests } from './proofs/memory';
import { Cluster } from './support/cluster';
import { committedRows } from './support/committed-rows';
import { isBack, kill } from './support/kills';
import { MemoryWatch } from './support/memory';
import { removeLeftovers, testNamespace } from './support/namespace';
import { ObjectStore } from './support/object-store';
import { print } from './support/print';
import { BOTTLES, synthesizeProd } from './support/prod';
import { asTableRow, COLUMNS, type ParsedRow, type TableRow, textOf } from './support/rows';

/** Loggers of four stations, six times as fast as time passes: 480 rows/s, each station's every 10 s. */
const STATIONS = ['B009', 'B010', 'B011', 'B012'];
const SAMPLE = ['--live', '--stations', STATIONS.join(','), '--speed', '6'];

/** Of the bucket. */
const OTHER_STATION = 'B020';

const KILLS = 4;

const CHANNELS = COLUMNS.filter((column) => !['key_site', 'site', 'time', 'timestamp'].includes(column));

/** Brokers one after another: each ends, starts, catches up and settles. */
const ROLL_LIMIT = 300;

describe('StrainIngest', () => {
  const cluster = new Cluster(testNamespace('ingest'));
  const store = new ObjectStore('ingest');
  const manifestsFor = (workers: number) =>
    synthesizeProd({
      namespace: cluster.namespace,
      sample: SAMPLE,
      ingest: { sources: [IngestSource.claim(BOTTLES), store.source], workers },
    });
  const memory = new MemoryWatch(cluster);
  let folder: string;

  beforeAll(async () => {
    await removeLeftovers('ingest');
    folder = await mkdtemp(path.join(tmpdir(), 'ingest-'));
    await strainProducer(
      'sample',
      path.join(folder, 'bucket'),
      '--session',
      'Min',
      '--stations',
      OTHER_STATION,
    );
    await store.up();
    const { kafka, ingest } = manifestsFor(2);
    await cluster.apply(`${kafka}---\n${store.secret(cluster.namespace)}`);
    await cluster.untilReady(240);
    await cluster.untilComplete(NAMES.kafkaTopics, 60);
    memory.start();
    await cluster.apply(ingest);
    await cluster.untilReady(120);
    for (const name of await readdir(path.join(folder, 'bucket'))) {
      await store.put(name, await readFile(path.join(folder, 'bucket', name)));
    }
  });
  afterAll(async () => {
    await memory.stop();
    await cluster.remove();
    await store.down();
    await rm(folder, { recursive: true, force: true });
  });

  test('what appears in the volume and in the bucket is published', async () => {
    for (const station of [...STATIONS, OTHER_STATION]) await publishes(station);
  });

  test(`a pod is killed ${KILLS} times`, async () => {
    for (let i = 0; i < KILLS; i++) {
      const name = `${NAMES.strainIngest}-${i % 2}`;
      const pod = (await cluster.pods(NAMES.strainIngest)).find(({ metadata }) => metadata.name === name)!;
      await sleep(1_000 + 1_700 * i);
      await kill(cluster, pod, 'delete');
      await cluster.until(`${name} back`, 120, async () =>
        isBack(
          pod,
          (await cluster.pods(NAMES.strainIngest)).filter(({ metadata }) => metadata.name === name),
        ),
      );
    }
    for (const station of STATIONS) await publishes(station);
  });

  test.each([3, 1, 2])('there are %i pods from now on', async (workers) => {
    await cluster.apply(manifestsFor(workers).ingest);
    await cluster.until(`${workers} pods`, 180, async () => {
      const pods = await cluster.pods(NAMES.strainIngest);
      return pods.length === workers;
    });
    await cluster.untilReady(180);
    for (const station of STATIONS) await publishes(station);
  });

  test('every broker restarts', async () => {
    await cluster.kubectl.text(['rollout', 'restart', `statefulset/${NAMES.kafka}`]);
    await cluster.untilReady(ROLL_LIMIT);
    for (const station of STATIONS) await publishes(station);
  });

  test('each row is committed once, in the order of its station', async () => {
    await cluster.kubectl.text(['delete', 'job', `${BOTTLES}-made`]);
    const rows = await writtenRows();
    const expected = new Set(rows.map(textOf));
    await cluster.until('all published', 300, async () => (await waiting()) === 0);
    const found = await committedRows(cluster, TOPIC);
    const times = new Map<string, number>();
    for (const row of found.map(textOf)) times.set(row, (times.get(row) ?? 0) + 1);
    const lost = [...expected].filter((row) => !times.has(row));
    const wrong = [...times].filter(([row, count]) => count > 1 || !expected.has(row));
    print(`ingest: ${expected.size} rows written, ${lost.length} lost, ${wrong.length} twice or unknown`);
    expect(expected.size).toBeGreaterThan(200_000);
    expect([lost.length, wrong.length]).toEqual([0, 0]);
    expect(outOfOrder(found)).toEqual([]);
  });

  test('a pod requests 0.6 to 1.0 of its peak of memory', () => {
    const peaks = memory.seen.filter(({ workload }) => workload === NAMES.strainIngest);
    expectFittingRequests(peaks, (text) => {
      print(`ingest: ${text}`);
    });
  });

  /** Waits until a pod says that it has published another archive of the station. */
  async function publishes(station: string): Promise<void> {
    const since = new Date().toISOString();
    // What was put into the bucket is published once.
    const args = station === OTHER_STATION ? [] : [`--since-time=${since}`];
    await cluster.until(`${station} published`, 120, async () => {
      const pods = await cluster.pods(NAMES.strainIngest);
      const logs = await Promise.all(
        pods.map(({ metadata }) => cluster.logs(`pod/${metadata.name}`, ...args).catch(() => '')),
      );
      return logs.some((log) => new RegExp(`published \\S*${station}`).test(log));
    });
  }

  /** Rows that the archives of both sources have, by this machine's `parse`. */
  async function writtenRows(): Promise<TableRow[]> {
    const { metadata } = (await cluster.pods(NAMES.strainIngest))[0]!;
    // The writer may have left a draft, whose name is hidden.
    const command = "cd /bottles/0 && find . -type f -name 'B*' | tar -cf - -T - | base64 -w 0";
    const tar = await cluster.exec(`pod/${metadata.name}`, ['bash', '-c', command]);
    const volume = path.join(folder, 'volume');
    await mkdir(volume);
    await writeFile(path.join(folder, 'volume.tar'), Buffer.from(tar, 'base64'));
    await promisify(execFile)('tar', ['-xf', path.join(folder, 'volume.tar'), '-C', volume]);
    const lines = await strainProducer('parse', volume, path.join(folder, 'bucket'));
    return lines
      .trim()
      .split('\n')
      .map((line) => asTableRow(JSON.parse(line) as ParsedRow));
  }

  /** Archives that are found and not yet published, in all pods. */
  async function waiting(): Promise<number> {
    // Each source is looked at again before it is counted.
    await sleep(10_000);
    let sum = 0;
    for (const { metadata } of await cluster.pods(NAMES.strainIngest)) {
      const metrics = await cluster.forward(`pod/${metadata.name}`, PORTS.watch, async ({ url }) =>
        (await fetch(`${url}/metrics`)).text(),
      );
      for (const [, count] of metrics.matchAll(/^strain_archives_waiting\{.*\} (\d+)$/gm))
        sum += Number(count);
    }
    return sum;
  }
});

/** Where a row is not newer than the one before it, of the same station and session. */
function outOfOrder(rows: readonly TableRow[]): string[] {
  const newest = new Map<string, number>();
  const places: string[] = [];
  for (const row of rows) {
    // Columns of the sessions begin with different letters: b for 20 Hz, l for 1 Hz, r for Day.
    const channel = CHANNELS.find((column) => row[column] !== null);
    const stream = `${String(row.key_site)} ${channel?.[0] ?? ''}`;
    const time = Number(row.time);
    const before = newest.get(stream) ?? -Infinity;
    if (time <= before) {
      places.push(`${stream}: ${new Date(time).toISOString()} after ${new Date(before).toISOString()}`);
    }
    newest.set(stream, time);
  }
  return places;
}

async function strainProducer(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run('npx', ['--silent', 'strain-producer', ...args]);
  if (code !== 0) throw new Error(`strain-producer ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}
