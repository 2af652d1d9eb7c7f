import { Command, Option } from 'commander';

import { seconds } from '../../cli/arguments';
import { PRODUCER_ENV } from '../../contract';
import { hasCode } from '../../contract/user-error';
import { inShare, type Share } from '../archive/share';
import type { CliContext } from '../context';
import { type Reissues, REISSUES, type UnitResult } from '../exactly-once/unit-publisher';
import { logError } from '../log';
import { type Compression, COMPRESSIONS } from '../records/compression';
import { defaultSchemasRoot, loadSchemas } from '../records/schemas';
import { ReadReport } from '../report';
import { stopCode } from '../stop';
import { WatchMetrics } from '../watch/metrics';
import { type ListenAddress, listenAddress, MonitoringServer } from '../watch/monitoring-server';
import { openSource } from '../watch/open';
import { WatchPublisher } from '../watch/publisher';
import type { ArchiveSource } from '../watch/source';
import { Watcher } from '../watch/watcher';
import { addKafkaOptions, type KafkaOptions, optionByEnv, servicesOf } from './kafka-options';
import { giveUpAfter, rejectCompression, shareOption } from './publishing';

const EXAMPLES = `
SOURCE is a folder, a directory listing http(s)://…, or s3://BUCKET/PREFIX. New archives are published within seconds of
being complete, each row exactly once; those that are already published are skipped. Outages of Kafka, the registry and
the sources are waited for.

Examples:
  strain-producer watch /data/incoming
  strain-producer watch https://example.org/bottles/ --listen 0.0.0.0:9400
  AWS_ENDPOINT_URL=http://minio:9000 strain-producer watch s3://bottles/2026/

Exit codes: 1 failed, for example because another producer has taken over a station; 2 wrong usage; 130 and 143 stopped
by a signal, after what was read was committed.`;

interface WatchOptions extends KafkaOptions {
  readonly schemas: string;
  readonly compression: Compression;
  readonly transactionTimeout: number;
  readonly reissues: Reissues;
  readonly share?: Share;
  readonly settle: number;
  readonly interval?: number;
  readonly listen?: ListenAddress;
}

/** `watch SOURCE…`: publishes archives as they appear. */
export function watchCommand(context: CliContext): Command {
  const { env } = context;
  const command = new Command('watch')
    .description('Watch folders, directory listings and buckets, and publish new archives as they appear.')
    .argument('<source...>', 'folders, http(s)://… listings, or s3://BUCKET/PREFIX');
  return addKafkaOptions(command, env)
    .addOption(
      optionByEnv(env, {
        flags: '--schemas <folder>',
        what: 'folder of the .avsc files',
        variable: PRODUCER_ENV.avroSchemasRoot,
        otherwise: defaultSchemasRoot(),
      }),
    )
    .addOption(
      new Option('--compression <codec>', 'compression of batches')
        .choices(COMPRESSIONS)
        .default(COMPRESSIONS[0]),
    )
    .option(
      '--transaction-timeout <seconds>',
      'after how long Kafka aborts the transaction of a producer that died: readers wait for that long',
      seconds,
      60,
    )
    .addOption(
      new Option('--reissues <policy>', 'an archive that was published with other content under its name')
        .choices(REISSUES)
        .default(REISSUES[0]),
    )
    .option(
      '--share <i/n>',
      'publish share i of n of the stations, counted from 0: for parallel workers',
      shareOption,
    )
    .option(
      '--settle <seconds>',
      'how long a file must be unchanged before it is taken for complete',
      seconds,
      2,
    )
    .option(
      '--interval <seconds>',
      'time between two looks at a source (default: 1 for folders, 2 for servers)',
      seconds,
    )
    .option(
      '--listen <host:port>',
      'answer /healthz, /readyz and /metrics (Prometheus) here (default: nowhere)',
      listenAddress,
    )
    .addHelpText('after', EXAMPLES)
    .action((sources: string[], options: WatchOptions) => watch(context, command, sources, options));
}

/** What must hold before the watcher is ready. */
const [KAFKA, CAUGHT_UP] = ['kafka', 'caught up'] as const;

async function watch(
  context: CliContext,
  command: Command,
  addresses: readonly string[],
  options: WatchOptions,
): Promise<void> {
  const { env, log, signal } = context;
  rejectCompression(command, options.compression);
  const metrics = await WatchMetrics.create();
  const services = servicesOf(context, command, options, () => metrics.retried('registry'));
  const { share, settle, interval, listen } = options;
  const sources: ArchiveSource[] = [];
  const publisher = new WatchPublisher({
    ...services,
    ...pick(options),
    schemas: loadSchemas(options.schemas),
    log,
    signal,
    giveUp: giveUpAfter(signal),
    report: new ReadReport(),
    onRetry: () => metrics.retried('kafka'),
    observer: {
      onCommitted: ({ site, session, count }, newest) => metrics.rowsPublished(site, session, count, newest),
      onTransaction: (result) => metrics.transactionEnded(result),
    },
    onUnit: (unit, result) => {
      const { path } = unit.files[0]!;
      const source = sources.find(({ address }) => path.startsWith(address))?.address ?? 'other';
      tell(path, source, result, context, metrics);
    },
  });
  let monitoring: MonitoringServer | undefined;
  try {
    if (listen) {
      monitoring = await MonitoringServer.start(listen, metrics, [KAFKA, CAUGHT_UP]);
      log.info(`metrics at http://${listen.host}:${monitoring.port}/metrics`);
    }
    for (const address of addresses) {
      sources.push(
        await openSource(address, {
          env,
          log,
          settleSeconds: settle,
          intervalSeconds: interval,
          accepts: share && ((name) => inShare(name, share)),
        }),
      );
    }
    const ready = (): void => {
      if (publisher.isHealthy) monitoring?.holds(KAFKA);
      else monitoring?.fails(KAFKA, 'Kafka or the registry does not answer');
      if (sources.every(({ isCaughtUp }) => isCaughtUp)) monitoring?.holds(CAUGHT_UP);
    };
    await publisher.connect();
    log.info(`watching ${sources.map(({ address }) => address).join(', ')}`);
    await new Watcher({ publisher, metrics, signal, onLook: ready }).watch(sources);
  } catch (error) {
    if (!signal.aborted) throw error;
    // A signal makes work fail in many ways. What matters is the signal.
    if (!hasCode(error, 'STOPPED')) logError(log, error);
  } finally {
    await publisher.close();
    for (const source of sources) await source.close();
    await monitoring?.close();
    if (signal.aborted) context.exitCode = stopCode(signal);
  }
}

function pick({ compression, transactionTimeout, reissues }: WatchOptions) {
  return { compression, transactionTimeout, reissues };
}

/** Counts a unit that is committed, and says what became of it. */
function tell(
  path: string,
  source: string,
  { report, outcomes }: UnitResult,
  { log }: CliContext,
  metrics: WatchMetrics,
): void {
  if (outcomes.skipped > 0) {
    metrics.archiveSkipped(source);
    return;
  }
  metrics.archivePublished({ source, bytes: report.bytesRead, damages: report.damaged });
  log.info(`published ${path}: ${report.rows.toLocaleString('en-US')} rows`);
}
