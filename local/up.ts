/** What `npm start` does, in order: check, download, start, publish, show. */
import path from 'node:path';
import { startLive } from './live';
import type { UserError } from '../contract/user-error';
import { residentBytes } from './memory';
import { areFetched, arePartsThere, fetchParts, PARTS } from './parts';
import { produce, sampleBottles } from './produce';
import type { Report } from '../cli/report';
import { checkMaven, checkRoom, findJava } from './requirements';
import { SERVICES } from './services/index';
import { type LiveOptions, liveServices } from './services/live';
import { showRows } from '../sql/show';
import { addresses, type LocalSettings } from './settings';
import { createTables } from '../sql/tables';
import { LocalStack } from './stack';

/** Options of starting the services. */
export interface ServicesOptions {
  readonly settings: LocalSettings;
  readonly report: Report;
  /** Aborts the start. The caller then stops the services by `stack.stop()`. */
  readonly signal: AbortSignal;
  /** Called with the services before they start, so that they can be stopped at any time. */
  readonly onStack: (stack: LocalStack) => void;
  readonly onDied: (error: UserError) => void;
  /** Loggers that write archives as time passes. They start by `startLive`. @default - none */
  readonly live?: LiveOptions;
}

export interface UpOptions extends ServicesOptions {
  /** Bottles to publish. If empty, the sample bottles, unless there are live ones. */
  readonly paths: readonly string[];
}

/** Starts the services, after downloading any missing parts. */
export async function bringServicesUp(options: ServicesOptions): Promise<LocalStack> {
  const { settings, report, signal } = options;
  const java = await findJava();
  const fetching = !(await arePartsThere(settings.partsDir));
  await checkRoom(settings.stateDir, false);
  if (fetching) await fetch(options);
  signal.throwIfAborted();
  const stack = await startServices(options, java);
  report.step('services are up');
  return stack;
}

/** Starts everything and shows the rows. False when some bottles were damaged. */
export async function bringUp(options: UpOptions): Promise<boolean> {
  const { paths, live, report, signal } = options;
  const stack = await bringServicesUp(options);
  let whole = true;
  let firstRow: number | undefined;
  if (paths.length > 0 || !live) {
    whole = await publish(options);
    signal.throwIfAborted();
    firstRow = await show(options);
  }
  if (live) {
    const liveRow = await startLive({ ...options, live, stack });
    firstRow ??= liveRow;
  }
  const memory = ((await residentBytes(stack.pids)) / 2 ** 30).toFixed(2);
  const first = firstRow === undefined ? 'no rows' : `first row after ${firstRow.toFixed(1)} s`;
  if (!live) report.line();
  report.step(`${first}; ${memory} GiB resident, all services and this process`);
  return whole;
}

/** Shows what is in Kafka. Returns after how many seconds the first row was printed, if there are rows. */
async function show({ settings, report, signal }: UpOptions): Promise<number | undefined> {
  const url = addresses(settings);
  let firstRow: number | undefined;
  await showRows({
    gateway: url.gateway,
    makeTables: (session, aborted) =>
      createTables(session, { bootstrapServers: url.kafka, registryUrl: url.registry }, aborted),
    out: process.stdout,
    signal,
    onFirstRow: () => (firstRow ??= report.seconds),
  });
  signal.throwIfAborted();
  return firstRow;
}

async function fetch({ settings, report, signal }: ServicesOptions): Promise<void> {
  await checkMaven();
  const fetched = await areFetched(settings.partsDir);
  await checkRoom(path.dirname(settings.partsDir), !fetched);
  report.step(
    fetched
      ? 'building the functions for Flink SQL with Maven'
      : 'downloading Kafka, Flink and the registry with Maven (345 MB, only the first time)',
  );
  let last: string | undefined;
  await fetchParts(
    settings.partsDir,
    (part, files) => {
      report.progress('downloading', PARTS.indexOf(part), PARTS.length, `${part}: ${files} files downloaded`);
      if (part !== last && !process.stdout.isTTY) report.step(`downloading the parts of ${part}`);
      last = part;
    },
    signal,
  );
  report.step(fetched ? 'built' : 'downloaded');
}

async function startServices(options: ServicesOptions, java: string): Promise<LocalStack> {
  const { settings, report, live } = options;
  const total = SERVICES.length;
  report.step(`starting ${total} services; logs in ${path.join(settings.stateDir, 'log')}`);
  const up: string[] = [];
  report.progress('starting', 0, total, '');
  const events = {
    created: options.onStack,
    ready: (name: string, seconds: number) => {
      up.push(name);
      // The bar is of those that start together.
      const isLater = up.length > total;
      if (!isLater) report.progress('starting', up.length, total, up.join(', '));
      if (isLater || !process.stdout.isTTY) report.step(`${name} is ready (${seconds.toFixed(1)} s)`);
    },
    died: options.onDied,
  };
  return LocalStack.start(settings, java, events, [...SERVICES, ...(live ? liveServices(live) : [])]);
}

async function publish({ settings, paths, report, signal }: UpOptions): Promise<boolean> {
  const given = paths.length > 0 ? paths : [await sampleBottles(settings, signal)];
  report.step(
    `publishing ${given.join(' ')}; what is already published is skipped, and \`npm run local:clean\` deletes all data`,
  );
  return produce(settings, given, signal);
}
