/** What the two ways of publishing have in common. */
import type { InputFile } from '../archive/inputs';
import type { CliContext } from '../context';
import type { Logger } from '../log';
import type { Outcomes } from './outcomes';
import type { Compression } from '../records/compression';
import { RowEncoder, type SchemaIds } from '../records/encoder';
import type { RowSchemas } from '../records/schemas';
import type { ReadReport } from '../report';
import type { Destination } from './failures';
import type { Acknowledgements } from './pipeline';
import { type Reading, showProgress } from './progress';
import type { SchemaRegistry } from './registry';
import { formatSummary, summarize } from './summary';

/** What to publish, and where. */
export interface Run {
  readonly inputs: readonly InputFile[];
  /** Filled as the inputs are read. */
  readonly report: ReadReport;
  readonly destination: Destination;
  readonly registry: SchemaRegistry;
  readonly schemas: RowSchemas;
  readonly compression: Compression;
  readonly strict?: boolean;
  /** Gives up what is in flight. */
  readonly giveUp: AbortSignal;
}

/** What is shown of a run, while it goes on and at its end. */
export interface Shown {
  readonly verb: 'acknowledged' | 'committed';
  readonly reading: Reading;
  readonly report: ReadReport;
  readonly acknowledged: Acknowledgements;
  readonly outcomes?: () => Readonly<Outcomes>;
}

/** Does the work, shows its progress, and prints a summary however it ends. */
export async function shown(
  { stderr, log, logFormat }: CliContext,
  { verb, reading, report, acknowledged, outcomes }: Shown,
  work: () => Promise<void>,
): Promise<void> {
  const started = performance.now();
  const stopProgress = showProgress({ reading, verb, acknowledged, stderr, log });
  try {
    await work();
  } finally {
    stopProgress();
    const seconds = (performance.now() - started) / 1000;
    const summary = summarize(report, acknowledged, seconds, outcomes?.());
    if (logFormat === 'json') log.info({ summary }, 'summary');
    else stderr.write(formatSummary(summary));
  }
}

/** The encoder of rows. Warns when it is slow with the schemas of the user. */
export function encoderFor(schemas: RowSchemas, ids: SchemaIds, log: Logger): RowEncoder {
  return new RowEncoder(schemas, ids, (reason) =>
    log.warn(`${schemas.value.file}: ${reason}, so rows are encoded by avsc, several times slower`),
  );
}
