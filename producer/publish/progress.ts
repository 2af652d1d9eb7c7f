/** Shows the progress of a run: a bar on a terminal, a line every few seconds elsewhere. */
import type { Writable } from 'node:stream';

import { Presets, SingleBar } from 'cli-progress';

import { isTerminal, type Logger } from '../log';
import type { ReadReport } from '../report';
import { count } from '../summary';
import type { Acknowledgements } from './pipeline';

const BAR_INTERVAL = 200;
const LINE_INTERVAL = 5_000;

/** What is shown, and where. */
export interface ProgressOptions {
  readonly report: ReadReport;
  readonly acknowledged: Acknowledgements;
  readonly stderr: Writable;
  readonly log: Logger;
}

/** Shows progress until the returned function is called. */
export function showProgress({ report, acknowledged, stderr, log }: ProgressOptions): () => void {
  if (!isTerminal(stderr)) {
    const timer = setInterval(() => {
      const percent = percentDone(report, acknowledged);
      const done = percent === undefined ? '' : `${percent} %, `;
      log.info(`${done}${count(report.rows)} rows read, ${count(acknowledged.rows)} acknowledged`);
    }, LINE_INTERVAL);
    return () => clearInterval(timer);
  }
  const bar = new SingleBar(
    {
      format: '[{bar}] {percentage} %, {rows} rows acknowledged',
      stream: stderr,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  const update = (): void => {
    bar.update(percentDone(report, acknowledged) ?? 0, { rows: count(acknowledged.rows) });
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
export function percentDone(report: ReadReport, acknowledged: Acknowledgements): number | undefined {
  const { bytesRead, bytesTotal, streams } = report;
  const samples = streams.reduce((sum, stream) => sum + stream.samples, 0);
  if (!bytesTotal) return undefined;
  if (samples === 0) return 0;
  return Math.min(100, Math.floor((100 * bytesRead * acknowledged.samples) / (bytesTotal * samples)));
}
