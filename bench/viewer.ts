/**
 * `npm run bench:viewer`: how long the viewer takes to open a year at 1 Hz, and what it needs to show
 * 100 stations at 20 Hz to 50 browsers as rows arrive.
 */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Child } from '../cli/child';
import { ROOT } from '../cli/root';
import { kafka } from '../local/services/kafka';
import { registry } from '../local/services/registry';
import { addresses } from '../local/settings';
import { PRODUCER_CLI, producerEnv } from '../local/produce';
import { count, grid } from '../producer/summary';
import type { StationsAnswer } from '../viewer/api';
import { COLUMNS } from '../viewer/server/channels';
import { series } from '../viewer/server/store/series';
import { Store } from '../viewer/server/store/store';
import { type Bench, say, withServices } from './stack';

const VIEWER = path.join(ROOT, 'viewer', 'bin', 'strain-viewer.js');
const DATABASE = { memoryMb: 128, threads: 2 };

const [SECOND, DAY] = [1_000, 86_400_000];
const YEAR_DAYS = 365;
const [STATIONS, BROWSERS] = [100, 50];
/** How long the live part is measured, after the viewer has caught up with the first archives. */
const LIVE_MS = 180_000;
/** Openings of the year, of which the median counts. */
const OPENINGS = 11;

/** As docs/viewer.md says. */
const LIMITS = { openMs: 300, memoryMb: 400, cores: 1 };

async function main(): Promise<void> {
  const lines: [string, string, string][] = [];
  await withServices(
    async (bench) => {
      const year = await openYear(path.join(bench.work, 'year'));
      lines.push(['opening a year at 1 Hz, median', `${year.toFixed(0)} ms`, `<= ${LIMITS.openMs} ms`]);
      const { memoryMb, cores, rows } = await live(bench);
      lines.push([
        `peak memory, ${STATIONS} stations, ${BROWSERS} browsers`,
        `${memoryMb.toFixed(0)} MB`,
        `< ${LIMITS.memoryMb} MB`,
      ]);
      lines.push([`processor, ${count(rows)} rows/s`, `${cores.toFixed(2)} cores`, `< ${LIMITS.cores} core`]);
      if (year > LIMITS.openMs || memoryMb >= LIMITS.memoryMb || cores >= LIMITS.cores) process.exitCode = 1;
    },
    [kafka, registry],
  );
  process.stdout.write(`${grid(['viewer', 'measured', 'limit'], lines)}\n`);
}

/** Milliseconds to answer for a year of one station at 1 Hz, from a store that has been read from. */
async function openYear(folder: string): Promise<number> {
  const store = await Store.open(folder, 'bench', DATABASE);
  say(`writing ${YEAR_DAYS} days at 1 Hz`);
  const rows = DAY / SECOND;
  for (let day = 0; day < YEAR_DAYS; day++) {
    const time = Array.from({ length: rows }, (_, index) => day * DAY + index * SECOND);
    const counts = COLUMNS.Hour.map((_, gauge) =>
      time.map((at) => Math.round(5e7 + 1e4 * Math.sin((at / 44_714_000) * 2 * Math.PI + gauge)) + (at % 7)),
    );
    await store.write([{ site: 'B009', session: 'Hour', time, counts, publishedAt: 0 }], new Map());
  }
  const stream = store.streamOf('B009', 'Hour')!;
  const channels = COLUMNS.Hour.map(({ name }) => name);
  const taken: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    const began = performance.now();
    await series(store.database, {
      ...{ stream, channels, start: 0, end: YEAR_DAYS * DAY, points: 1_500, unit: 'counts' },
      constants: undefined,
    });
    taken.push(performance.now() - began);
  }
  await store.close();
  return taken.sort((a, b) => a - b)[OPENINGS >> 1]!;
}

/** What the server needs while rows arrive. */
async function live({ work, settings }: Bench): Promise<{ memoryMb: number; cores: number; rows: number }> {
  const archives = path.join(work, 'live');
  await mkdir(archives, { recursive: true });
  const children: Child[] = [];
  const start = async (name: string, args: readonly string[]): Promise<Child> => {
    const child = await Child.start({
      command: [process.execPath, ...args],
      cwd: work,
      env: producerEnv(settings),
      logFile: path.join(work, `${name}.log`),
    });
    children.push(child);
    return child;
  };
  try {
    say(`starting ${STATIONS} loggers, the producer and the viewer`);
    await start('sample', [PRODUCER_CLI, 'sample', archives, '--live', '--stations', String(STATIONS)]);
    await start('watch', [PRODUCER_CLI, 'watch', archives]);
    const { kafka: bootstrapServers, registry: registryUrl, viewer: url } = addresses(settings);
    const viewer = await start('viewer', [
      ...[VIEWER, '--bootstrap-servers', bootstrapServers, '--schema-registry', registryUrl],
      ...['--listen', url.replace('http://', ''), '--data-dir', path.join(work, 'viewer')],
    ]);
    const stations = await until(async () => {
      const answer = (await (await fetch(`${url}/api/stations`)).json()) as StationsAnswer;
      return answer.stations.length === STATIONS && answer.source.behind === 0 ? answer : undefined;
    });
    for (let browser = 0; browser < BROWSERS; browser++) {
      const { site } = stations.stations[browser % STATIONS]!;
      const query = browser % 2 === 0 ? '' : `?site=${site}&session=Min`;
      get(`${url}/api/live${query}`, (response) => response.resume()).on('error', () => undefined);
    }
    say(`measuring for ${LIVE_MS / SECOND} s`);
    return await measure(programOf(viewer), url);
  } finally {
    for (const child of children.reverse()) await child.stop(15_000);
  }
}

async function measure(pid: number, url: string): Promise<{ memoryMb: number; cores: number; rows: number }> {
  const rows = async (): Promise<number> =>
    ((await (await fetch(`${url}/api/stations`)).json()) as StationsAnswer).source.rows;
  const [before, cpuBefore, began] = [await rows(), cpuSeconds(pid), Date.now()];
  let memoryMb = 0;
  while (Date.now() - began < LIVE_MS) {
    memoryMb = Math.max(memoryMb, residentMb(pid));
    await sleep(500);
  }
  const seconds = (Date.now() - began) / SECOND;
  return {
    memoryMb,
    cores: (cpuSeconds(pid) - cpuBefore) / seconds,
    rows: Math.round(((await rows()) - before) / seconds),
  };
}

/** The viewer's own process: a child's process id is that of the shell that keeps it. */
function programOf({ pid }: Child): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  return children.find((one) => readFileSync(`/proc/${one}/cmdline`, 'utf8').includes(VIEWER))!;
}

/** Resident memory of a process (proc(5)). */
function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

/** Processor time of a process: the fields utime and stime, in hundredths of a second (proc(5)). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await find().catch(() => undefined);
    if (found) return found;
    await sleep(1_000);
  }
}

void main();
