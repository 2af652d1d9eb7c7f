import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { seconds, wholeNumber } from '../../cli/arguments';
import type { CliContext } from '../context';
import { isTerminal } from '../log';
import { SESSIONS, type Session } from '../bottle/session';
import type { SampleArchive } from '../sample/archive';
import { parseSpeed, parseStations, uniqueNames } from '../sample/arguments';
import { REFERENCE_INSTANT } from '../sample/gauge';
import { planArchives, type SamplePlan } from '../sample/plan';
import { writeArchive } from '../sample/write';
import { stopCode } from '../stop';
import { formatSize } from './format-size';
import { writeLive } from './sample-live';

const DAY = 86_400_000;

/** Names of bottles count years from 2000 with two digits. */
const END_OF_NAMES = Date.UTC(2100, 0, 1);

/** A hundred years, which is all that names can say. */
const MAX_DAYS = 36_525;

const EXAMPLES = `
The contents depend only on station, session and time: the same period always gives the same files.

With --live, archives are written as loggers do, from now on until Ctrl-C: 20 Hz each minute, 1 Hz each hour, Day
each day, to DIR/STATION/YEAR/DAY. Each appears complete, when its period is over. The first ones appear at once.
A restart goes on after the newest archive in DIR. A station takes about 7 MB a day.

Examples:
  strain-producer sample bottles
      B009 on 2021-07-01: its Day archive, and hour 00 at 1 Hz and at 20 Hz
  strain-producer sample bottles --days 7 --stations B009,B018 --session Day,Hour
      a week of two stations, each session of a day in one archive
  strain-producer sample bottles --days 1 --stations 4 --session Min --public-names
      a 20 Hz day of four stations (7 MB each), named as in the public archive
  strain-producer sample bottles --live --stations 4
      four stations, as time passes
  strain-producer sample bottles --live --speed 60
      the same sixty times as fast: a minute of 20 Hz data each second, a day in 24 minutes`;

interface SampleOptions extends SamplePlan {
  readonly force?: boolean;
  readonly live?: boolean;
  readonly speed?: number;
  readonly for?: number;
}

/** `sample DIR`: writes bottle archives with simulated strain. */
export function sampleCommand(context: CliContext): Command {
  return new Command('sample')
    .description('Write sample archives with tides, pressure, noise, a step and gaps.')
    .argument('<dir>', 'folder to write to; created if necessary')
    .option(
      '--days <n>',
      'number of whole days, with one archive per day and session',
      wholeNumber(1, MAX_DAYS),
    )
    .option('--stations <list>', 'names, for example B009,B018, or a number (B009, B010, …)', parseStations)
    .option('--session <list>', 'sessions to write: Day, Hour, Min (default: all)', parseSessions)
    .option('--start <date>', 'first day, UTC (default: 2021-07-01)', parseDate)
    .option('--public-names', 'names of the public archive, for example B009.2021182Day.tgz; needs --days')
    .option('--force', 'replace files with the same name and other contents')
    .addOption(
      new Option('--live', 'write archives as time passes, from now on').conflicts([
        'days',
        'start',
        'publicNames',
      ]),
    )
    .option('--speed <n>', 'with --live: seconds of data per second (default: 1)', parseSpeed)
    .option('--for <seconds>', 'with --live: end after so many seconds (default: run on)', seconds)
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, options: Record<string, unknown>, command: Command) => {
      const { session, ...rest } = options;
      const plan = { ...rest, sessions: session } as SampleOptions;
      if (plan.live) {
        await writeLive(context, folder, plan);
        return;
      }
      for (const option of ['speed', 'for'] as const) {
        if (plan[option] !== undefined) command.error(`error: --${option} needs --live`);
      }
      if (plan.publicNames && plan.days === undefined) {
        command.error('error: --public-names names archives of whole days: give --days too');
      }
      if ((plan.start ?? REFERENCE_INSTANT) + (plan.days ?? 1) * DAY > END_OF_NAMES) {
        command.error('error: --days go beyond 2099, where names of bottles end');
      }
      await writeSamples(context, folder, plan);
    });
}

async function writeSamples(context: CliContext, folder: string, options: SampleOptions): Promise<void> {
  const { signal, stdout } = context;
  try {
    for (const archive of planArchives(options)) {
      const { onStep, done } = showProgress(context, archive);
      const written = writeArchive(folder, archive, { force: options.force, signal, onStep });
      const { path, bytes, unchanged } = await written.finally(done);
      stdout.write(`${path}  ${formatSize(bytes)}${unchanged ? ', unchanged' : ''}\n`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    context.exitCode = stopCode(signal);
  }
}

/** A progress bar for each archive, only on a terminal. It disappears when the archive is written. */
function showProgress(
  { stderr }: CliContext,
  { name, steps }: SampleArchive,
): { onStep: () => void; done: () => void } {
  if (!isTerminal(stderr)) return { onStep: () => undefined, done: () => undefined };
  const bar = new SingleBar(
    { format: `${name} [{bar}] {percentage} %`, stream: stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(steps, 0);
  return { onStep: () => bar.increment(), done: () => bar.stop() };
}

function parseSessions(text: string): Session[] {
  const names = uniqueNames(text);
  const wrong = names.find((name) => !(SESSIONS as readonly string[]).includes(name));
  if (wrong !== undefined) {
    throw new InvalidArgumentError(
      `${JSON.stringify(wrong)} is not a session: expected one of ${SESSIONS.join(', ')}.`,
    );
  }
  return SESSIONS.filter((session) => names.includes(session));
}

function parseDate(text: string): number {
  const time = /^20\d\d-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('Expected a date from 2000-01-01 to 2099-12-31, for example 2021-07-01.');
  }
  return time;
}
