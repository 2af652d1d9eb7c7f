/** Options of `npm start -- --live`. */
import type { Command } from 'commander';
import { parseSpeed, parseStations } from '../producer/sample/arguments';
import { stationNames } from '../producer/sample/plan';
import type { LiveOptions } from './services/live';

/** A few, each with about 7 MB a day. */
const STATIONS = 3;

/** Options as given. */
export interface GivenLiveOptions {
  readonly live?: boolean;
  readonly stations?: readonly string[];
  readonly speed?: number;
}

/** Adds `--live`, `--stations` and `--speed`. */
export function addLiveOptions(command: Command): Command {
  return command
    .option('--live', 'publish the archives of made-up stations as time passes, and show their newest rows')
    .option(
      '--stations <list>',
      `with --live: names, for example B009,B018, or a number (B009, B010, …) (default: ${STATIONS})`,
      parseStations,
    )
    .option('--speed <n>', 'with --live: seconds of data per second (default: 1)', parseSpeed);
}

/** What to write as time passes; undefined without `--live`. Other options that need it are wrong usage. */
export function liveOptions(command: Command, options: GivenLiveOptions): LiveOptions | undefined {
  const { live, stations, speed } = options;
  if (live) return { stations: stations ?? stationNames(STATIONS), speed: speed ?? 1 };
  for (const [name, value] of Object.entries({ stations, speed })) {
    if (value !== undefined) command.error(`error: --${name} needs --live`);
  }
  return undefined;
}
