import { Command, InvalidArgumentError, Option } from 'commander';

import { seconds } from '../../cli/arguments';
import { EXIT, PORTS, PRODUCER_ENV, TOPIC } from '../../contract';
import { hasCode } from '../../contract/user-error';
import { type InputFile, STDIN } from '../archive/inputs';
import { parseShare, type Share } from '../archive/share';
import type { CliContext } from '../context';
import { logError } from '../log';
import { connectPublisher } from '../publish/batch-publisher';
import { Acknowledgements, publishRows } from '../publish/pipeline';
import { showProgress } from '../publish/progress';
import type { Publisher } from '../publish/publisher';
import { SchemaRegistry } from '../publish/registry';
import { findSamples, type Samples } from '../publish/samples';
import { formatSummary, summarize } from '../publish/summary';
import { openInputs, readBatches } from '../read';
import { codecOf, type Compression, COMPRESSIONS } from '../records/compression';
import { RowEncoder } from '../records/encoder';
import { defaultSchemasRoot, loadSchemas } from '../records/schemas';
import { ReadReport } from '../report';
import { stopCode } from '../stop';
import { logDamages } from '../summary';

/**
 * Milliseconds that rows in flight have to be acknowledged after a signal: well within the grace period of a
 * pod.
 */
const STOP_GRACE = 10_000;

const EXAMPLES = `
Without PATH: the sample bottles of the image, or newly written samples in a clone.

Examples:
  strain-producer produce B009.2021182Day.tgz bottles/
  curl -s https://example.org/B018.2016366_20.tar | strain-producer produce -
  BOOTSTRAP_SERVERS=kafka-broker:9092 SCHEMA_REGISTRY_URL=http://kafka-schema-registry:8081 strain-producer produce

Exit codes: 0 all read and acknowledged; 1 failed; 2 wrong usage; 3 some input was damaged, the rest is published;
130 and 143 stopped by a signal, after the rows in flight were acknowledged.`;

interface ProduceOptions {
  readonly bootstrapServers: string;
  readonly schemaRegistry: string;
  readonly schemas: string;
  readonly topic: string;
  readonly compression: Compression;
  readonly wait: number;
  readonly deliveryTimeout: number;
  readonly share?: Share;
  readonly strict?: boolean;
}

interface Services {
  readonly bootstrapServers: readonly string[];
  readonly registry: SchemaRegistry;
}

/** `produce [PATH…]`: reads bottles and publishes their rows. */
export function produceCommand(context: CliContext): Command {
  const { env } = context;
  const byEnv = (flags: string, what: string, variable: string, otherwise: string): Option => {
    const value = env[variable];
    const set = value !== undefined && value !== '';
    // The value itself stays out of the help: an address can hold a password.
    return new Option(flags, `${what} (env: ${variable})`).default(set ? value : otherwise, otherwise);
  };
  return new Command('produce')
    .description('Read bottles and publish their rows to Kafka as Avro.')
    .argument('[path...]', 'bottles, archives, folders of these, or - for an archive on standard input')
    .addOption(
      byEnv(
        '--bootstrap-servers <list>',
        'Kafka, host:port[,host:port…]',
        PRODUCER_ENV.bootstrapServers,
        `localhost:${PORTS.kafkaHost}`,
      ),
    )
    .addOption(
      byEnv(
        '--schema-registry <url>',
        'schema registry, http(s)://[user:password@]host:port[/path]',
        PRODUCER_ENV.schemaRegistryUrl,
        `http://localhost:${PORTS.schemaRegistry}`,
      ),
    )
    .addOption(
      byEnv(
        '--schemas <folder>',
        'folder of the .avsc files',
        PRODUCER_ENV.avroSchemasRoot,
        defaultSchemasRoot(),
      ),
    )
    .option('--topic <name>', 'topic; its schemas have the subjects NAME-key and NAME-value', TOPIC)
    .addOption(
      new Option('--compression <codec>', 'compression of batches')
        .choices(COMPRESSIONS)
        .default(COMPRESSIONS[0]),
    )
    .option(
      '--wait <seconds>',
      'how long to wait at the start for Kafka, and then for the registry',
      seconds,
      60,
    )
    .option('--delivery-timeout <seconds>', 'how long rows may remain unacknowledged', seconds, 120)
    .option(
      '--share <i/n>',
      'publish share i of n of the stations, counted from 0: for parallel workers',
      shareOption,
    )
    .option('--strict', 'stop at the first damage, before the rows of that member are published')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], options: ProduceOptions, command: Command) => {
      const bootstrapServers = options.bootstrapServers.split(',').map((server) => server.trim());
      if (options.share && paths.includes(STDIN)) {
        command.error('error: --share does not work with standard input; give files or folders');
      }
      const wrong = bootstrapServers.find((server) => !/^[^\s/@]+:\d+$/.test(server));
      if (wrong !== undefined) {
        command.error(`error: --bootstrap-servers: ${JSON.stringify(wrong)} is not host:port`);
      }
      try {
        codecOf(options.compression);
      } catch (error) {
        command.error(`error: --compression: ${(error as Error).message}`);
      }
      const { schemaRegistry: url, wait } = options;
      let registry: SchemaRegistry;
      try {
        registry = new SchemaRegistry({ url, wait, log: context.log, stop: context.signal });
      } catch (error) {
        command.error(`error: --schema-registry: ${(error as Error).message}`);
      }
      await produce(context, paths, options, { bootstrapServers, registry });
    });
}

async function produce(
  context: CliContext,
  paths: readonly string[],
  options: ProduceOptions,
  { bootstrapServers, registry }: Services,
): Promise<void> {
  const { env, log, signal } = context;
  const schemas = loadSchemas(options.schemas);
  const report = new ReadReport();
  logDamages(report, log);
  let samples: Samples | undefined;
  let publisher: Publisher | undefined;
  const giveUp = giveUpAfter(signal);
  try {
    if (paths.length === 0) {
      samples = await findSamples(env, signal);
      log.info(`no path given: using the ${samples.made ? 'new samples' : 'samples'} in ${samples.folder}`);
    }
    // Listed before the waits for the services, so that a wrong path is reported at once.
    const inputs = await openInputs(samples ? [samples.folder] : paths, report, { ...options, signal });
    const { wait, deliveryTimeout, topic, compression } = options;
    publisher = await connectPublisher({
      bootstrapServers,
      topic,
      compression,
      wait,
      deliveryTimeout,
      log,
      stop: signal,
      giveUp,
    });
    await registry.waitUntilUp();
    const ids = {
      key: await registry.idOf(`${topic}-key`, schemas.key),
      value: await registry.idOf(`${topic}-value`, schemas.value),
    };
    const encoder = new RowEncoder(schemas, ids, (reason) =>
      log.warn(`${schemas.value.file}: ${reason}, so rows are encoded by avsc, several times slower`),
    );
    await publish(context, { inputs, report }, publisher, encoder, options);
  } catch (error) {
    if (!signal.aborted) throw error;
    // A signal makes work fail in many ways. What matters is the signal.
    if (!hasCode(error, 'STOPPED')) logError(log, error);
  } finally {
    await publisher?.close();
    await samples?.remove();
    if (signal.aborted) context.exitCode = stopCode(signal);
  }
}

/** Reads and publishes, and prints a summary however it ends. */
async function publish(
  context: CliContext,
  { inputs, report }: { readonly inputs: readonly InputFile[]; readonly report: ReadReport },
  publisher: Publisher,
  encoder: RowEncoder,
  { strict, share }: Pick<ProduceOptions, 'strict' | 'share'>,
): Promise<void> {
  const { stdin, stderr, signal, log, logFormat } = context;
  const acknowledged = new Acknowledgements();
  const started = performance.now();
  const stopProgress = showProgress({ report, acknowledged, stderr, log });
  try {
    const batches = readBatches(inputs, report, { strict, share, signal, stdin });
    await publishRows(batches, { encoder, publisher, acknowledged, signal });
    if (report.damaged > 0) context.exitCode = EXIT.damaged;
  } catch (error) {
    if (!hasCode(error, 'INPUT_DAMAGED')) throw error;
    logError(log, error);
    context.exitCode = EXIT.damaged;
  } finally {
    stopProgress();
    const summary = summarize(report, acknowledged, (performance.now() - started) / 1000);
    if (logFormat === 'json') log.info({ summary }, 'summary');
    else stderr.write(formatSummary(summary));
  }
}

/** Aborted some time after the signal: rows that are not acknowledged by then are given up. */
function giveUpAfter(signal: AbortSignal): AbortSignal {
  const giveUp = new AbortController();
  const start = (): unknown => setTimeout(() => giveUp.abort(), STOP_GRACE).unref();
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return giveUp.signal;
}

function shareOption(text: string): Share {
  const share = parseShare(text);
  if (share) return share;
  throw new InvalidArgumentError('Expected I/N, for example 0/4 to 3/4 for four shares.');
}
