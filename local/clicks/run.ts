/**
 * What `npm run clicks` does: starts the services if necessary, runs the job, sends clicks, and checks the
 * counts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../../cli/report';
import { EXIT } from '../../contract';
import { describeError, UserError } from '../../contract/user-error';
import { CLICKS } from '../../jobs/clicks';
import type { Ending } from '../ending';
import { JobRunner } from '../jobs/runner';
import { findRun, takeLock } from '../lock';
import type { LocalSettings } from '../settings';
import { bringServicesUp } from '../up';
import { countClicks, type Click, differences, minuteOf } from './expected';
import { showLive } from './live';
import { Results } from './results';
import { sendClicks } from './send';
import { FIRST_CATALOGUE, Shop } from './shop';

/** How long the last counts may take: a few seconds, and more on a busy machine. */
const COUNT_LIMIT_MS = 60_000;

const POLL_MS = 50;

export interface ClicksOptions {
  readonly settings: LocalSettings;
  readonly report: Report;
  readonly ending: Ending;
  /** Number of clicks. @default - no limit */
  readonly count?: number;
  /** Clicks per second. */
  readonly rate: number;
  /** The same seed gives the same sequence of items. */
  readonly seed: number;
  /** Share of the clicks on an unknown id, from 0 to 1. */
  readonly unknown: number;
  /** Whether the command ends when all clicks are counted. @default false */
  readonly exit?: boolean;
}

/** Runs the job and sends clicks until all are counted, or the command ends. */
export async function runClicks(options: ClicksOptions): Promise<void> {
  const { report, ending } = options;
  const { signal } = ending.controller;
  const settings = await servicesUp(options);
  const runner = new JobRunner(
    settings,
    (line) => {
      report.step(line);
    },
    signal,
  );
  await runner.prepare(CLICKS);
  const shop = await Shop.open(settings);
  const results = await Results.open(settings, minuteOf(Date.now()));
  const ids = await fillCatalogue(shop, results, report);
  await runner.start(CLICKS);
  ending.isUp = true;
  sayWhat(options);
  const stopShowing = showLive(results, report, process.stdout);
  const sent = await sendClicks(shop, { ...options, ids, signal });
  const wrong = await untilCounted(results, sent, signal);
  if (signal.aborted) return;
  if (wrong.length > 0) throw countError(wrong);
  stopShowing();
  report.step(`${sent.length} clicks sent, and the counts are equal`);
  // Services that were started here keep running.
  if (options.exit || !ending.stack) await ending.end(EXIT.ok);
}

/** Starts the services, unless they are running. Returns their settings. */
async function servicesUp({ settings, report, ending }: ClicksOptions): Promise<LocalSettings> {
  const run = await findRun(settings.stateDir);
  if (run) return { ...settings, ports: run.ports };
  ending.giveBackLock = await takeLock(settings);
  await bringServicesUp({
    settings,
    report,
    signal: ending.controller.signal,
    onStack: (stack) => (ending.stack = stack),
    onDied: (error) => void ending.end(EXIT.failed, describeError(error)),
  });
  return settings;
}

/** Returns the ids of the items. An empty catalogue gets the first ones, valid for all time. */
async function fillCatalogue(shop: Shop, { catalogue }: Results, report: Report): Promise<number[]> {
  const names = new Map(catalogue.map(({ id, name }) => [id, name]));
  const ids = [...names].filter(([, name]) => name !== null).map(([id]) => id);
  if (ids.length > 0) return ids.sort((a, b) => a - b);
  await shop.name(FIRST_CATALOGUE, 0);
  report.step(`the catalogue has ${FIRST_CATALOGUE.map(([id, name]) => `${id} ${name}`).join(', ')}`);
  return FIRST_CATALOGUE.map(([id]) => id);
}

/** Waits until the counts match the clicks. Returns the differences when they do not. */
async function untilCounted(
  results: Results,
  sent: readonly Click[],
  signal: AbortSignal,
): Promise<string[]> {
  const limit = Date.now() + COUNT_LIMIT_MS;
  for (;;) {
    const expected = countClicks([...results.earlier, ...sent], results.catalogue);
    const wrong = differences(results.counts, expected);
    if (wrong.length === 0 || Date.now() > limit || signal.aborted) return wrong;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

function countError(wrong: readonly string[]): UserError {
  return new UserError(
    'SERVICE_FAILED',
    `the counts do not match the clicks after ${COUNT_LIMIT_MS / 1000} s: ${wrong.slice(0, 5).join('; ')}`,
    { fix: 'check whether another program sends clicks, and read the log of Flink' },
  );
}

function sayWhat({ count, rate, unknown, exit, report, ending }: ClicksOptions): void {
  const share = unknown > 0 ? `, ${unknown * 100} % of them on unknown ids` : '';
  report.step(
    `sending ${count ?? 'clicks'}${count === undefined ? '' : ' clicks'}, ${rate} a second${share}`,
  );
  if (exit) return;
  report.line('  rename an item: npm run sql -- "INSERT INTO clicks_items VALUES (3, \'bermuda\')"');
  report.line(
    ending.stack
      ? '  Ctrl-C stops everything; the job continues at the next start\n'
      : '  Ctrl-C stops the clicks; the job continues until npm run job -- clicks --stop\n',
  );
}
