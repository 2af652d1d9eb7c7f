import { Command } from 'commander';

import { EXIT } from '../../contract';
import type { Bottle } from '../bottle/bottle';
import { fieldIndex } from '../bottle/channels';
import { SESSIONS, type Session } from '../bottle/session';
import { formatDamage, type Damage } from '../damage';
import type { CliContext } from '../context';
import { write } from '../output';
import { type Inputs, openInputs, readBottles } from '../read';
import { ReadReport } from '../report';
import { timestampFormatter } from '../rows/timestamp';
import { stopCode } from '../stop';
import { count, counted, grid, megabytes } from '../summary';

const EXAMPLES = `
Examples:
  strain-producer info B009.2021182Day.tgz
  strain-producer info --json bottles/ | jq '.[].channels[] | {site, channel, samples, missing}'

Exit codes: 0 all read; 3 something is damaged, and listed; 1 it could not be done; 2 wrong usage; 130 and 143 ended by a
signal.`;

/** All bottles of one channel with one interval. */
interface ChannelInfo {
  readonly site: string;
  readonly session: Session;
  readonly channel: string;
  /** Field of the row that it fills. */
  readonly field: string;
  readonly intervalMs: number;
  bottles: number;
  /** Samples, the missing ones included. */
  samples: number;
  missing: number;
  /** Instants of the first and last sample, milliseconds since 1970-01-01 UTC; null without samples. */
  first: number | null;
  last: number | null;
}

/** What is inside one path. */
interface PathInfo {
  readonly path: string;
  readonly files: number;
  readonly members: number;
  readonly bytes: number;
  readonly channels: readonly ChannelInfo[];
  readonly damaged: number;
  /** The first 1,000. */
  readonly damages: readonly Damage[];
}

/** `info PATH…`: describes the contents. */
export function infoCommand(context: CliContext): Command {
  return new Command('info')
    .description('Say what is inside: site, session, channels, rates, times, sample counts, damaged members.')
    .argument('<path...>', 'bottles, archives, folders of these, or - for an archive on standard input')
    .option('--json', 'one JSON array, an element per path')
    .addHelpText('after', EXAMPLES)
    .action((paths: string[], options: { json?: boolean }) => info(context, paths, options.json ?? false));
}

async function info(context: CliContext, paths: readonly string[], json: boolean): Promise<void> {
  const { stdout, signal } = context;
  // All paths are listed first, so that a wrong one is reported before anything is read.
  const listed: Listed[] = [];
  for (const path of paths) {
    const report = new ReadReport();
    listed.push({ path, report, inputs: await openInputs([path], report, { signal }) });
  }
  const infos: PathInfo[] = [];
  for (const given of listed) {
    const found = await look(context, given);
    if (signal.aborted) {
      context.exitCode = stopCode(signal);
      return;
    }
    if (found.damaged > 0) context.exitCode = EXIT.damaged;
    if (json) infos.push(found);
    else await write(stdout, describe(found), signal);
  }
  if (json) await write(stdout, `${JSON.stringify(infos, null, 2)}\n`, signal);
}

/** A path with the files below it. */
interface Listed {
  readonly path: string;
  readonly report: ReadReport;
  readonly inputs: Inputs;
}

async function look({ stdin, signal }: CliContext, { path, report, inputs }: Listed): Promise<PathInfo> {
  const channels = new Map<string, ChannelInfo>();
  for await (const { bottle } of readBottles(inputs, report, { stdin, signal })) add(channels, bottle);
  return {
    path,
    files: report.files,
    members: report.members,
    bytes: report.bytesRead,
    channels: [...channels.values()].sort(compare),
    damaged: report.damaged,
    damages: report.damages,
  };
}

function add(channels: Map<string, ChannelInfo>, bottle: Bottle): void {
  const { site, session, channel, field, interval, start, length } = bottle;
  const key = `${site} ${session} ${channel} ${interval}`;
  let entry = channels.get(key);
  if (!entry) {
    entry = {
      site,
      session,
      channel,
      field,
      intervalMs: interval,
      bottles: 0,
      samples: 0,
      missing: 0,
      first: null,
      last: null,
    };
    channels.set(key, entry);
  }
  entry.bottles += 1;
  entry.samples += length;
  entry.missing += bottle.missingCount;
  if (length === 0) return;
  entry.first = Math.min(entry.first ?? Infinity, start);
  entry.last = Math.max(entry.last ?? -Infinity, start + (length - 1) * interval);
}

function compare(a: ChannelInfo, b: ChannelInfo): number {
  if (a.site !== b.site) return a.site < b.site ? -1 : 1;
  const bySession = SESSIONS.indexOf(a.session) - SESSIONS.indexOf(b.session);
  return bySession || fieldIndex(a.field) - fieldIndex(b.field) || a.intervalMs - b.intervalMs;
}

function describe(found: PathInfo): string {
  const format = timestampFormatter();
  const instant = (time: number | null): string => (time === null ? '' : format(time));
  const lines = [
    `${found.path}: ${counted(found.files, 'file')}, ${counted(found.members, 'member')}, ${megabytes(found.bytes)}`,
  ];
  if (found.channels.length > 0) {
    const head = [
      'site',
      'session',
      'channel',
      'field',
      'rate',
      'first',
      'last',
      'bottles',
      'samples',
      'missing',
    ];
    const rows = found.channels.map((entry) => [
      entry.site,
      entry.session,
      entry.channel,
      entry.field,
      formatRate(entry.intervalMs),
      instant(entry.first),
      instant(entry.last),
      entry.bottles,
      entry.samples,
      entry.missing,
    ]);
    lines.push(grid(head, rows));
  }
  lines.push(
    `${count(found.damaged)} damaged`,
    ...found.damages.map((damage) => `  ${formatDamage(damage)}`),
  );
  if (found.damaged > found.damages.length)
    lines.push(`  and ${count(found.damaged - found.damages.length)} more`);
  return `${lines.join('\n')}\n\n`;
}

/** `20 Hz`, or `every 10 min` where less than one a second. */
function formatRate(intervalMs: number): string {
  if (intervalMs <= 1000) return `${Number((1000 / intervalMs).toPrecision(6))} Hz`;
  const seconds = intervalMs / 1000;
  return seconds % 60 === 0 ? `every ${seconds / 60} min` : `every ${seconds} s`;
}
