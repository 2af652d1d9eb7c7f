import { Command } from 'commander';

import type { CliContext } from '../context';
import { readProgress } from '../exactly-once/progress-access';
import type { Progress } from '../exactly-once/progress';
import { progressTopicOf } from '../exactly-once/progress-schema';
import { statusOf, type StreamStatus } from '../exactly-once/status';
import { write } from '../output';
import { timestampFormatter } from '../rows/timestamp';
import { grid } from '../summary';
import { addKafkaOptions, type KafkaOptions, servicesOf } from './kafka-options';

const EXAMPLES = `
Examples:
  strain-producer status
  strain-producer status B009 --archives
  strain-producer status --json | jq '.[] | select(.damaged > 0)'

Exit codes: 0 shown; 1 it could not be done; 2 wrong usage.`;

interface StatusOptions extends KafkaOptions {
  readonly json?: boolean;
  readonly archives?: boolean;
}

/** `status [STATION…]`: shows what is published. */
export function statusCommand(context: CliContext): Command {
  const command = new Command('status')
    .description('Show what "produce" and "watch" have published, by station and session.')
    .argument('[station...]', 'stations to show (default: all)');
  return addKafkaOptions(command, context.env)
    .option('--archives', 'a line for each archive')
    .option('--json', 'one JSON array; times are milliseconds since 1970-01-01 UTC')
    .addHelpText('after', EXAMPLES)
    .action((stations: string[], options: StatusOptions) => status(context, command, stations, options));
}

async function status(
  context: CliContext,
  command: Command,
  stations: readonly string[],
  options: StatusOptions,
): Promise<void> {
  const { log, signal, stdout } = context;
  const { destination } = servicesOf(context, command, options);
  const all = await readProgress({ ...destination, log, stop: signal });
  const shown = all.filter(({ site }) => stations.length === 0 || stations.includes(site));
  const found = options.archives ? shown : statusOf(shown);
  if (options.json) await write(stdout, `${JSON.stringify(found, null, 2)}\n`, signal);
  else if (found.length === 0) {
    log.info(
      `${progressTopicOf(destination.topic)} has no progress${stations.length > 0 ? ` of ${stations.join(', ')}` : ''}`,
    );
  } else {
    const text = options.archives ? archiveTable(shown) : streamTable(statusOf(shown));
    await write(stdout, `${text}\n`, signal);
  }
}

function streamTable(streams: readonly StreamStatus[]): string {
  const instant = formatter();
  return grid(
    [
      'site',
      'session',
      'done',
      'partial',
      'damaged',
      'rows',
      'samples',
      'gaps',
      'first',
      'last',
      'committed',
    ],
    streams.map((one) => [
      ...[one.site, one.session, one.done, one.partial, one.damaged, one.rows, one.samples, one.gaps],
      ...[instant(one.first), instant(one.last), instant(one.committedAt)],
    ]),
  );
}

function archiveTable(archives: readonly Progress[]): string {
  const instant = formatter();
  return grid(
    ['archive', 'site', 'session', 'state', 'issue', 'damaged', 'rows', 'gaps', 'first', 'last', 'committed'],
    archives.map((one) => [
      ...[one.archive, one.site, one.session, one.state, one.issue, one.damaged, one.rowsCommitted, one.gaps],
      ...[instant(one.firstTime), instant(one.lastTime), instant(one.committedAt)],
    ]),
  );
}

function formatter(): (time: number | null | undefined) => string {
  const format = timestampFormatter();
  return (time) => (time === null || time === undefined ? '' : format(time));
}
