/** `npm start`: everything on this machine, from bottle files to rows in Flink SQL; stays until Ctrl-C. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT } from '../contract';
import { describeError, StartError } from './errors';
import { takeLock } from './lock';
import { addPlaceOptions, type PlaceOptions, userPath } from './options';
import { Report } from './report';
import { addresses, localSettings, type LocalSettings } from './settings';
import type { LocalStack } from './stack';
import { bringUp } from './up';

const EXAMPLES = `
Examples:
  npm start                                  the demo's bottles
  npm start -- bottles/ B009.2021182Day.tgz  your own
  npm start -- --exit                        stop after the rows
  npm start -- --port kafka=29092 --port flink=28083

Exit codes: 0 done, or ended by Ctrl-C when it was up; 3 with --exit, when some bottles were damaged and the rest is published;
1 it could not be done; 2 wrong usage; 130 and 143 ended by a signal before it was up.`;

interface StartOptions extends PlaceOptions {
  readonly exit?: boolean;
}

const report = new Report(process.stdout);

/** Ends what runs, once, whatever the reason; the first reason gives the exit code. */
class Ending {
  readonly controller = new AbortController();
  stack: LocalStack | undefined;
  giveBackLock: () => void = () => undefined;
  isUp = false;
  private ended: Promise<never> | undefined;

  /** Stops everything and exits. `message` goes to standard error. */
  end(code: number, message?: string): Promise<never> {
    this.ended ??= this.stopAll(code, message);
    return this.ended;
  }

  private async stopAll(code: number, message?: string): Promise<never> {
    report.endBar();
    if (message !== undefined) process.stderr.write(`\n${message}\n`);
    this.controller.abort();
    if (this.stack) {
      report.step('stopping the services');
      await this.stack.stop();
      report.step('stopped');
    }
    this.giveBackLock();
    process.exit(code);
  }
}

const ending = new Ending();

/** A terminal's Ctrl-C comes twice, from the terminal and from npm; one that comes later is the user's second. */
const SAME_INTERRUPT_MS = 1_000;

let interruptedAt = Infinity;

function onSignal(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
  if (signal === 'SIGINT') {
    // No patience left. Whatever still runs is ended by its keeper.
    if (Date.now() - interruptedAt > SAME_INTERRUPT_MS) process.exit(EXIT.interrupted);
    interruptedAt = Math.min(interruptedAt, Date.now());
  }
  const interrupted = ending.isUp ? EXIT.ok : EXIT.interrupted;
  void ending.end(signal === 'SIGINT' ? interrupted : EXIT.terminated);
}

/** npm passes no signal on when it is killed itself; that it is gone shows in our parent's number. */
function watchNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) onSignal('SIGHUP');
  }, 1_000).unref();
}

async function start(given: readonly string[], options: StartOptions): Promise<void> {
  const settings = localSettings(options);
  const paths = given.map(userPath);
  const missing = paths.find((file) => !existsSync(file));
  if (missing !== undefined)
    throw new StartError(`${missing}: no such file or folder`, 'give bottles, archives or folders of these');
  ending.giveBackLock = await takeLock(settings);
  const whole = await bringUp({
    settings,
    paths,
    report,
    signal: ending.controller.signal,
    onStack: (stack) => (ending.stack = stack),
    onDied: (error) => void ending.end(EXIT.failed, describeError(error)),
  });
  ending.isUp = true;
  if (options.exit) await ending.end(whole ? EXIT.ok : EXIT.damaged);
  sayWhere(settings);
}

function sayWhere(settings: LocalSettings): void {
  const url = addresses(settings);
  const own =
    settings.stateDir === localSettings({}, {}).stateDir ? '' : ` -- --state-dir ${settings.stateDir}`;
  report.line(`
  Kafka            ${url.kafka}
  Schema registry  ${url.registry}
  Flink dashboard  ${url.flink}
  Flink SQL        npm run sql${own}

Ctrl-C stops all; the data stays for the next start (\`npm run local:clean\` removes it).`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    onSignal(signal);
  });
}
// The reader of our output is gone: nobody is left to use what runs.
process.stdout.on('error', () => void ending.end(EXIT.ok));
process.on('uncaughtException', (error) => void ending.end(EXIT.failed, describeError(error)));
watchNpm();

const program = new Command('npm start --')
  .description(
    'Starts Kafka, a schema registry and Flink on this machine, publishes bottles and shows their rows by Flink SQL.',
  )
  .argument('[path...]', "bottles, archives, or folders of these (default: the demo's)")
  .option('--exit', 'stop everything after the rows')
  .addHelpText('after', EXAMPLES)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));
addPlaceOptions(program)
  .action((paths: string[], options: StartOptions) => start(paths, options))
  .parseAsync()
  .catch((error: unknown) => {
    // After an abort the errors that follow from it say nothing new.
    if (ending.controller.signal.aborted) return;
    void ending.end(EXIT.failed, describeError(error));
  });
