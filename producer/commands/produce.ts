import { Command } from 'commander';

import { EXIT } from '../../contract';
import { hasCode } from '../../contract/user-error';
import { type InputFile, STDIN } from '../archive/inputs';
import { inShare, type Share } from '../archive/share';
import type { CliContext } from '../context';
import { publishAtLeastOnce } from '../at-least-once';
import { publishExactlyOnce } from '../exactly-once/run';
import { REISSUES } from '../exactly-once/unit-publisher';
import { logError } from '../log';
import { findSamples, type Samples } from '../publish/samples';
import { openInputs } from '../read';
import { loadSchemas } from '../records/schemas';
import { ReadReport } from '../report';
import { stopCode } from '../stop';
import { logDamages } from '../summary';
import { servicesOf } from './kafka-options';
import { addPublishOptions, giveUpAfter, type PublishOptions, rejectCompression } from './publishing';

const EXAMPLES = `
Without PATH: the sample bottles of the image, or newly written samples in a clone.

Every row is published exactly once: rows and the progress of their archive are committed together, and an archive that
is already published is skipped. The topic NAME_progress keeps the progress; "strain-producer status" shows it.

Examples:
  strain-producer produce B009.2021182Day.tgz bottles/
  curl -s https://example.org/B018.2016366_20.tar | strain-producer produce -
  BOOTSTRAP_SERVERS=kafka-broker:9092 SCHEMA_REGISTRY_URL=http://kafka-schema-registry:8081 strain-producer produce

Exit codes: 0 all read and committed; 1 failed; 2 wrong usage; 3 some input was damaged, the rest is published;
130 and 143 stopped by a signal, after what was read was committed. Run the same command again to go on.`;

interface ProduceOptions extends PublishOptions {
  readonly again?: boolean;
  readonly atLeastOnce?: boolean;
  readonly strict?: boolean;
}

/** `produce [PATH…]`: reads bottles and publishes their rows. */
export function produceCommand(context: CliContext): Command {
  const { env } = context;
  const command = new Command('produce')
    .description('Read bottles and publish their rows to Kafka as Avro, each exactly once.')
    .argument('[path...]', 'bottles, archives, folders of these, or - for an archive on standard input');
  return addPublishOptions(command, env)
    .option('--again', 'publish also what is already published')
    .option(
      '--at-least-once',
      'without transactions: nothing is remembered, and another run repeats all rows',
    )
    .option('--strict', 'stop at the first damage, before the rows of that member are published')
    .addHelpText('after', EXAMPLES)
    .action((paths: string[], options: ProduceOptions) => produce(context, command, paths, options));
}

async function produce(
  context: CliContext,
  command: Command,
  paths: readonly string[],
  options: ProduceOptions,
): Promise<void> {
  const { env, log, signal } = context;
  rejectMisuse(command, paths, options);
  const services = servicesOf(context, command, options);
  const { compression, transactionTimeout, reissues, again, strict, share } = options;
  const schemas = loadSchemas(options.schemas);
  const report = new ReadReport();
  logDamages(report, log);
  let samples: Samples | undefined;
  const giveUp = giveUpAfter(signal);
  try {
    if (paths.length === 0) {
      samples = await findSamples(env, signal);
      log.info(`no path given: using the ${samples.made ? 'new samples' : 'samples'} in ${samples.folder}`);
    }
    // Listed before the waits for the services, so that a wrong path is reported at once.
    const all = await openInputs(samples ? [samples.folder] : paths, report, { strict, signal });
    const run = { ...services, inputs: shareOf(all, share), report, schemas, compression, strict, giveUp };
    const isWhole = options.atLeastOnce
      ? await publishAtLeastOnce(context, run)
      : await publishExactlyOnce(context, { ...run, transactionTimeout, reissues, again });
    if (!isWhole) context.exitCode = EXIT.damaged;
  } catch (error) {
    // A signal makes work fail in many ways. What matters is the signal.
    if (hasCode(error, 'INPUT_DAMAGED')) {
      logError(log, error);
      context.exitCode = EXIT.damaged;
    } else if (!signal.aborted) throw error;
    else if (!hasCode(error, 'STOPPED')) logError(log, error);
  } finally {
    await samples?.remove();
    if (signal.aborted) context.exitCode = stopCode(signal);
  }
}

/** Ends the command with a usage error when options do not go together. */
function rejectMisuse(command: Command, paths: readonly string[], options: ProduceOptions): void {
  if (options.share && paths.includes(STDIN)) {
    command.error('error: --share does not work with standard input; give files or folders');
  }
  if (options.atLeastOnce && (options.again || options.reissues !== REISSUES[0])) {
    command.error('error: --at-least-once remembers nothing, so --again and --reissues do not go with it');
  }
  rejectCompression(command, options.compression);
}

function shareOf(inputs: readonly InputFile[], share: Share | undefined): readonly InputFile[] {
  return share ? inputs.filter(({ path }) => inShare(path, share)) : inputs;
}
