import { Command } from 'commander';

import { wholeNumber } from '../../cli/arguments';
import { EXIT } from '../../contract';
import { hasCode } from '../../contract/user-error';
import type { CliContext } from '../context';
import { logError } from '../log';
import { write } from '../output';
import { readBatches } from '../read';
import { ReadReport } from '../report';
import { firstRows, type RowBatch } from '../rows/batch';
import { ndjsonFormatter } from '../rows/json';
import { tableFormatter } from '../rows/table';
import { stopCode } from '../stop';
import { formatReading, logDamages } from '../summary';

/** Width of a table where no terminal says its own. */
const TABLE_WIDTH = 160;

const EXAMPLES = `
Each line is {"session","key","value"}: the row as it is published, nulls left out. FLOAT4 channels are in 1/10,000.

Examples:
  strain-producer parse B009.2021182Day.tgz | head -1
  strain-producer parse --pretty --rows 20 bottles/
  curl -s https://example.org/B018.2016366_20.tar | strain-producer parse - > rows.ndjson

Exit codes: 0 all read; 3 all that could be read is printed, the damage is listed; 1 it could not be done; 2 wrong usage;
130 and 143 ended by a signal.`;

interface ParseOptions {
  readonly pretty?: boolean;
  readonly rows?: number;
  readonly strict?: boolean;
}

/** `parse PATH…`: prints rows, without Kafka. */
export function parseCommand(context: CliContext): Command {
  return new Command('parse')
    .description('Print the rows of bottles as lines of JSON, without Kafka.')
    .argument('<path...>', 'bottles, archives, folders of these, or - for an archive on standard input')
    .option('--pretty', 'tables, with as many columns as fit')
    .option('--rows <n>', 'stop after this many rows', wholeNumber(1))
    .option('--strict', "stop at the first damage, before that member's rows are printed")
    .addHelpText('after', EXAMPLES)
    .action((paths: string[], options: ParseOptions) => parse(context, paths, options));
}

async function parse(context: CliContext, paths: readonly string[], options: ParseOptions): Promise<void> {
  const { stdin, stdout, stderr, signal, log, logFormat } = context;
  const report = new ReadReport();
  logDamages(report, log);
  const width = 'columns' in stdout && typeof stdout.columns === 'number' ? stdout.columns : TABLE_WIDTH;
  const format: (batch: RowBatch) => string = options.pretty ? tableFormatter(width) : ndjsonFormatter();
  let left = options.rows ?? Infinity;
  try {
    for await (const batch of readBatches(paths, report, { strict: options.strict, signal, stdin })) {
      const wanted = firstRows(batch, left);
      await write(stdout, format(wanted), signal);
      left -= wanted.length;
      if (left === 0) break;
    }
    if (report.damaged > 0) context.exitCode = EXIT.damaged;
  } catch (error) {
    if (!hasCode(error, 'INPUT_DAMAGED')) throw error;
    logError(log, error);
    context.exitCode = EXIT.damaged;
  }
  if (signal.aborted) context.exitCode = stopCode(signal);
  if (logFormat === 'json') log.info({ summary: report.summary() }, 'summary');
  else stderr.write(formatReading(report.summary()));
}
