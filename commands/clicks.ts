/**
 * `npm run clicks`: clicks in a small shop, named and counted by a streaming job. Starts the services if
 * necessary.
 */
import { Command } from 'commander';
import { decimal, positive, wholeNumber } from '../cli/arguments';
import { Report } from '../cli/report';
import { EXIT } from '../contract';
import { type ClicksOptions, runClicks } from '../local/clicks/run';
import { Ending } from '../local/ending';
import { addPlaceOptions, localSettings, type PlaceOptions } from '../local/options';

const EXAMPLES = `
Examples:
  npm run clicks
  npm run clicks -- --count 600 --rate 200 --exit
  npm run clicks -- --unknown 0.1                                 one click in ten has an unknown id
  npm run sql -- "INSERT INTO clicks_items VALUES (3, 'bermuda')"  another name, while it runs; it holds from then on

Exit codes: 0 the counts equal what was sent, or ended by Ctrl-C; 1 they do not, or it could not be done; 2 wrong usage;
130 and 143 ended by a signal before it was up.`;

type Options = PlaceOptions & Pick<ClicksOptions, 'count' | 'rate' | 'seed' | 'unknown' | 'exit'>;

const report = new Report(process.stdout);

const ending = new Ending(report);

async function clicks(options: Options): Promise<void> {
  if (options.exit && options.count === undefined) {
    program.error('error: --exit ends when all clicks are counted: give their number with --count');
  }
  await runClicks({ ...options, settings: localSettings(options), report, ending });
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
