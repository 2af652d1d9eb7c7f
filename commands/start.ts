/** `npm start`: runs everything on this machine, from bottle files to rows in Flink SQL, until Ctrl-C. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT } from '../contract';
import { Ending } from '../local/ending';
import { describeError, UserError } from '../contract/user-error';
import { addLiveOptions, type GivenLiveOptions, liveOptions } from '../local/live-options';
import { takeLock } from '../local/lock';
import { localSettings, addPlaceOptions, type PlaceOptions, userPath } from '../local/options';
import { Report } from '../cli/report';
import { metricsUrl } from '../local/services/live';
import { addresses, type LocalSettings } from '../local/settings';
import { bringUp } from '../local/up';

const EXAMPLES = `
Examples:
  npm start                                  sample bottles
  npm start -- bottles/ B009.2021182Day.tgz  your own
  npm start -- --exit                        stop after the rows
  npm start -- --live                        three made-up stations, as time passes
  npm start -- --live --stations 5 --speed 60
  npm start -- --port kafka=29092 --port flink=28083

With --live, loggers of made-up stations write archives to STATE-DIR/live as time passes, and "strain-producer watch"
publishes them; at the end of the start, the newest row of each station is shown with its age. Paths that are given too
are published first, once. The next start with --live goes on where this one ended.

Exit codes: 0 done, or ended by Ctrl-C after everything was up; 3 with --exit, some bottles were damaged and the rest is published;
1 failed; 2 wrong usage; 130 and 143 ended by a signal before everything was up.`;

interface StartOptions extends PlaceOptions, GivenLiveOptions {
  readonly exit?: boolean;
}

const report = new Report(process.stdout);

const ending = new Ending(report);

async function start(given: readonly string[], options: StartOptions): Promise<void> {
  const live = liveOptions(program, options);
  const settings = localSettings(options);
  const paths = given.map(userPath);
  const missing = paths.find((file) => !existsSync(file));
  if (missing !== undefined)
    throw new UserError('INPUT_UNREADABLE', `${missing}: no such file or folder`, {
      fix: 'give bottles, archives or folders of these',
    });
  ending.giveBackLock = await takeLock(settings);
  const whole = await bringUp({
    settings,
    paths,
    live,
    report,
    signal: ending.controller.signal,
    onStack: (stack) => (ending.stack = stack),
    onDied: (error) => void ending.end(EXIT.failed, describeError(error)),
  });
  ending.isUp = true;
  if (options.exit) await ending.end(whole ? EXIT.ok : EXIT.damaged);
  sayWhere(settings, live !== undefined);
}

function sayWhere(settings: LocalSettings, isLive: boolean): void {
  const url = addresses(settings);
  const own =
    settings.stateDir === localSettings({}, {}).stateDir ? '' : ` -- --state-dir ${settings.stateDir}`;
  report.line(`
  Kafka            ${url.kafka}
  Schema registry  ${url.registry}
  Flink dashboard  ${url.flink}
  Strain viewer    ${url.viewer}
  Flink SQL        npm run sql${own}${isLive ? `\n  Metrics          ${metricsUrl(settings)}` : ''}

Ctrl-C stops everything. The data is kept for the next start (\`npm run local:clean\` deletes it).`);
}

ending.watch();

const program = new Command('npm start --')
  .description(
    'Starts Kafka, a schema registry and Flink on this machine, publishes bottles and shows their rows in Flink SQL.',
  )
  .argument('[path...]', 'bottles, archives, or folders of these (default: sample bottles; none with --live)')
  .option('--exit', 'stop everything after showing the rows')
  .addHelpText('after', EXAMPLES)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));
addPlaceOptions(addLiveOptions(program))
  .action((paths: string[], options: StartOptions) => start(paths, options))
  .parseAsync()
  .catch((error: unknown) => {
    ending.fail(error);
  });
