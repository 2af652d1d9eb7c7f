/** What the tests of the viewer have in common: viewers as processes, and data to show. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { StationsAnswer } from '../../viewer/api';
import { Command } from './command';
import { parsed } from './parsed';
import { strainProducer, until } from './producing';
import { services } from './services';

const VIEWER = path.resolve(__dirname, '../../viewer/bin/strain-viewer.js');

let folder: string;
const running: Command[] = [];

/** Ends the viewers of a test after it, and deletes their stores after all. */
export function useViewers(): void {
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'viewer-'));
  });
  afterEach(async () => {
    for (const viewer of running.splice(0)) {
      // Those that a test has killed already do not mind.
      viewer.kill('SIGINT');
      expect([0, 'SIGKILL']).toContain(await viewer.end());
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
}

/** An empty folder. */
export function newFolder(name: string): string {
  return mkdtempSync(path.join(folder, `${name}-`));
}

/** A viewer that serves at an address. */
export interface Served {
  readonly url: string;
  readonly viewer: Command;
}

/** Starts a viewer of a topic, with a store of its own unless a folder is given. */
export async function view(
  topic: string,
  args: readonly string[] = [],
  dataDir = newFolder('data'),
): Promise<Served> {
  const { bootstrapServers, registryUrl } = services.addresses;
  const viewer = new Command('node', [
    ...[VIEWER, '--bootstrap-servers', bootstrapServers, '--schema-registry', registryUrl],
    ...['--topic', topic, '--listen', 'localhost:0', '--data-dir', dataDir, '--memory', '64', ...args],
  ]);
  running.push(viewer);
  const serving = (): RegExpExecArray | null => /serving (http:\/\/localhost:\d+)/.exec(viewer.output);
  await until(
    'the viewer serves',
    () => serving() !== null,
    () => viewer.output,
  );
  return { url: serving()![1]!, viewer };
}

/** The JSON of an address. */
export async function json<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Waits until a viewer has this many rows. */
export async function caughtUp(url: string, rows: number): Promise<StationsAnswer> {
  let answer: StationsAnswer | undefined;
  await until(
    `${rows} rows in the viewer`,
    async () => (answer = await json<StationsAnswer>(`${url}/api/stations`)).source.rows === rows,
    () => JSON.stringify(answer?.source),
  );
  return answer!;
}

/** A folder with a day of made-up 10 min samples. */
export async function sampleDay(start: string, station = 'B009'): Promise<string> {
  const dir = newFolder('day');
  const args = ['--days', '1', '--session', 'Day', '--stations', station, '--start', start];
  await strainProducer(['sample', dir, ...args]);
  return dir;
}

/** Number of rows that `strain-producer parse` gives. */
export async function rowsIn(...paths: string[]): Promise<number> {
  return (await parsed(...paths)).size;
}
