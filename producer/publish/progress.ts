/** Shows the progress of a run: a bar on a terminal, a line every few seconds elsewhere. */
import type { Writable } from 'node:stream';

import { Presets, SingleBar } from 'cli-progress';

import { isTerminal, type Logger } from '../log';
import { count } from '../summary';
import type { Acknowledgements } from './pipeline';

const BAR_INTERVAL = 200;
const LINE_INTERVAL = 5_000;

/** What was read so far. */
export interface Reading {
  /** Bytes of the input that were read, and of the whole input; undefined for a stream. */
  readonly bytesRead: number;
  readonly bytesTotal: number | undefined;
  readonly rows: number;
  readonly samples: number;
}

/** What is shown, and where. */
export interface ProgressOptions {
  readonly reading: Reading;
  /** What has happened to a row in the end: `acknowledged` or `committed`. */
  readonly verb: string;
  readonly acknowledged: Acknowledgements;
  readonly stderr: Writable;
  readonly log: Logger;
}

/** Shows progress until the returned function is called. */
export function showProgress({ reading, verb, acknowledged, stderr, log }: ProgressOptions): () => void {
  if (!isTerminal(stderr)) {
    const timer = setInterval(() => {
      const percent = percentDone(reading, acknowledged);
      const done = percent === undefined ? '' : `${percent} %, `;
      log.info(`${done}${count(reading.rows)} rows read, ${count(acknowledged.rows)} ${verb}`);
    }, LINE_INTERVAL);
    return () => clearInterval(timer);
  }
  const bar = new SingleBar(
    {
      format: `[{bar}] {percentage} %, {rows} rows ${verb}`,
      stream: stderr,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  const update = (): void => {
    bar.update(percentDone(reading, acknowledged) ?? 0, { rows: count(acknowledged.rows) });
  };
  bar.start(100, 0, { rows: '0' });
  const timer = setInterval(update, BAR_INTERVAL);
  return () => {
    clearInterval(timer);
    update();
    bar.stop();
  };
}

/**
 * Percentage done: the share of the input bytes that is read, times the share of its samples that is
 * acknowledged, because the reader may hold a day of samples until it knows their order. Undefined for a
 * stream.
 */
export function percentDone(reading: Reading, acknowledged: Acknowledgements): number | undefined {
  const { bytesRead, bytesTotal, samples } = reading;
  if (!bytesTotal) return undefined;
  if (samples === 0) return 0;
  return Math.min(100, Math.floor((100 * bytesRead * acknowledged.samples) / (bytesTotal * samples)));
}
