/** `produce`: publishes what is new of the inputs, each row exactly once. */
import { hasCode } from '../../contract/user-error';
import { spool } from '../archive/spool';
import { type Unit, unitsOf } from '../archive/units';
import type { CliContext } from '../context';
import type { Reading } from '../publish/progress';
import { type Run, shown } from '../publish/run';
import { connectExactlyOnce, ingestOver } from './connect';
import type { Ingest } from './ingest';
import type { Reissues } from './unit-publisher';

/** A run with transactions. */
export interface ExactlyOnceRun extends Run {
  readonly transactionTimeout: number;
  readonly reissues: Reissues;
  readonly again?: boolean;
}

/** Publishes the inputs. False when some of them are damaged. Throws a UserError when it cannot go on. */
export async function publishExactlyOnce(context: CliContext, run: ExactlyOnceRun): Promise<boolean> {
  const { inputs, report, again = false, strict } = run;
  const { log, signal, stdin } = context;
  const connection = await connectExactlyOnce({ ...run, log, stop: signal });
  const ingest = ingestOver(connection, { ...run, again, log, reading: { strict, signal } });
  const { committed } = connection;
  const outcomes = () => ingest.outcomes;
  try {
    // The size of a pipe is not known.
    const files = inputs.filter(({ size }) => size !== undefined);
    const streams = inputs.filter(({ size }) => size === undefined);
    report.bytesTotal = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
    const reading = readingOf(ingest, report.bytesTotal);
    await shown(
      context,
      { verb: 'committed', reading, report, acknowledged: committed, outcomes },
      async () => {
        await publishAll(ingest, unitsOf(files), signal);
        for (const stream of streams) {
          if (signal.aborted) return;
          const spooled = await spool(stream, { stdin, signal });
          try {
            await publishAll(ingest, [spooled.unit], signal);
          } finally {
            await spooled.remove();
          }
        }
      },
    );
    return report.damaged + ingest.outcomes.skippedDamaged === 0;
  } finally {
    await ingest.close();
    await connection.close();
  }
}

/** Publishes units up to a signal. What was read by then is committed. */
async function publishAll(ingest: Ingest, units: readonly Unit[], signal: AbortSignal): Promise<void> {
  try {
    for (const unit of units) {
      if (signal.aborted) break;
      await ingest.publish(unit);
    }
  } catch (error) {
    if (hasCode(error, 'INPUT_DAMAGED')) await ingest.flush();
    throw error;
  }
  await ingest.flush();
}

function readingOf(ingest: Ingest, bytesTotal: number): Reading {
  const sum = (count: 'bytesRead' | 'rows' | 'samples'): number =>
    ingest.reports.reduce((total, report) => total + report[count], 0);
  return {
    bytesTotal,
    get bytesRead() {
      return sum('bytesRead');
    },
    get rows() {
      return sum('rows');
    },
    get samples() {
      return sum('samples');
    },
  };
}
