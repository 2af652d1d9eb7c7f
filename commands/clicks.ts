/** `npm run clicks`: clicks in a small shop, named and counted by a streaming job. Starts the services if necessary. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { decimal, positive, wholeNumber } from '../cli/arguments';
import { EXIT } from '../contract';
import { CLICKS } from '../jobs/clicks';
import { countClicks, type Click, differences, minuteOf } from '../local/clicks/expected';
import { showLive } from '../local/clicks/live';
import { Results } from '../local/clicks/results';
import { sendClicks } from '../local/clicks/send';
import { FIRST_CATALOGUE, Shop } from '../local/clicks/shop';
import { Ending } from '../local/ending';
import { describeError, UserError } from '../contract/user-error';
import { JobRunner } from '../local/jobs/runner';
import { findRun, takeLock } from '../local/lock';
import { addPlaceOptions, type PlaceOptions } from '../local/options';
import { Report } from '../cli/report';
import { localSettings, type LocalSettings } from '../local/settings';
import { bringServicesUp } from '../local/up';

/** How long the last counts may take: a few seconds, and more on a busy machine. */
const COUNT_LIMIT_MS = 60_000;

const POLL_MS = 100;

const EXAMPLES = `
Examples:
  npm run clicks
  npm run clicks -- --count 600 --rate 200 --exit
  npm run clicks -- --unknown 0.1                                 one click in ten on an id that no item has
  npm run sql -- "INSERT INTO clicks_items VALUES (3, 'bermuda')"  another name, while it runs; it holds from then on

Exit codes: 0 the counts equal what was sent, or ended by Ctrl-C; 1 they do not, or it could not be done; 2 wrong usage;
130 and 143 ended by a signal before it was up.`;

interface ClicksOptions extends PlaceOptions {
  readonly count?: number;
  readonly rate: number;
  readonly seed: number;
  readonly unknown: number;
  readonly exit?: boolean;
}

const report = new Report(process.stdout);

const ending = new Ending(report);

const { signal } = ending.controller;

async function clicks(options: ClicksOptions): Promise<void> {
  if (options.exit && options.count === undefined) {
    program.error('error: --exit ends when all clicks are counted: give their number with --count');
  }
  const settings = await servicesUp(localSettings(options));
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
  const ids = await fillCatalogue(shop, results);
  await runner.start(CLICKS);
  ending.isUp = true;
  sayWhat(options);
  const stopShowing = showLive(results, report, process.stdout);
  const sent = await sendClicks(shop, { ...options, ids, signal });
  const wrong = await untilCounted(results, sent);
  if (signal.aborted) return;
  if (wrong.length > 0) throw countError(wrong);
  stopShowing();
  report.step(`${sent.length} clicks sent, and the counts are equal`);
  // Services that were started here keep running.
  if (options.exit || !ending.stack) await ending.end(EXIT.ok);
}

/** Starts the services, unless they are running. Returns their settings. */
async function servicesUp(settings: LocalSettings): Promise<LocalSettings> {
  const run = await findRun(settings.stateDir);
  if (run) return { ...settings, ports: run.ports };
  ending.giveBackLock = await takeLock(settings);
  await bringServicesUp({
    settings,
    report,
    signal,
    onStack: (stack) => (ending.stack = stack),
    onDied: (error) => void ending.end(EXIT.failed, describeError(error)),
  });
  return settings;
}

/** Returns the ids of the items. An empty catalogue gets the first ones, valid for all time. */
async function fillCatalogue(shop: Shop, { catalogue }: Results): Promise<number[]> {
  const names = new Map(catalogue.map(({ id, name }) => [id, name]));
  const ids = [...names].filter(([, name]) => name !== null).map(([id]) => id);
  if (ids.length > 0) return ids.sort((a, b) => a - b);
  await shop.name(FIRST_CATALOGUE, 0);
  report.step(`the catalogue has ${FIRST_CATALOGUE.map(([id, name]) => `${id} ${name}`).join(', ')}`);
  return FIRST_CATALOGUE.map(([id]) => id);
}

/** Waits until the counts match the clicks. Returns the differences when they do not. */
async function untilCounted(results: Results, sent: readonly Click[]): Promise<string[]> {
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

function sayWhat({ count, rate, unknown, exit }: ClicksOptions): void {
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

ending.watch();

const program = new Command('npm run clicks --')
  .description(
    'Sends clicks on the items of a small shop and shows how often each name was clicked in each minute.',
  )
  .option('--count <n>', 'number of clicks (default: no limit)', wholeNumber(1))
  .option('--rate <n>', 'clicks per second', positive(10_000), 20)
  .option('--seed <n>', 'the same number gives the same sequence of items', wholeNumber(1), 1)
  .option('--unknown <share>', 'share of the clicks on an unknown id', decimal(0, 1), 0)
  .option('--exit', 'exit when all clicks of --count are counted')
  .addHelpText('after', EXAMPLES)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));
addPlaceOptions(program)
  .action(clicks)
  .parseAsync()
  .catch((error: unknown) => {
    ending.fail(error);
  });
