import { Command } from 'commander';

import { seconds } from '../../cli/arguments';
import { hasCode } from '../../contract/user-error';
import { inShare } from '../archive/share';
import type { CliContext } from '../context';
import type { UnitResult } from '../exactly-once/unit-publisher';
import { logError } from '../log';
import { loadSchemas } from '../records/schemas';
import { ReadReport } from '../report';
import { stopCode } from '../stop';
import { counted } from '../summary';
import { WatchMetrics } from '../watch/metrics';
import { type ListenAddress, listenAddress, MonitoringServer } from '../watch/monitoring-server';
import { openSource } from '../watch/open';
import { type FetchedUnit, WatchPublisher } from '../watch/publisher';
import type { ArchiveSource } from '../watch/source';
import { Watcher } from '../watch/watcher';
import { servicesOf } from './kafka-options';
import { addPublishOptions, giveUpAfter, type PublishOptions, rejectCompression } from './publishing';

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

interface WatchOptions extends PublishOptions {
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
  return addPublishOptions(command, env)
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
const [KAFKA, CAUGHT_UP] = ['kafka', 'caught-up'] as const;

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
  const { compression, transactionTimeout, reissues, share, settle, interval, listen } = options;
  const sources: ArchiveSource[] = [];
  let monitoring: MonitoringServer | undefined;
  const kafkaAnswers = (does: boolean): void => {
    if (does) monitoring?.holds(KAFKA);
    else monitoring?.fails(KAFKA, 'Kafka or the registry does not answer');
  };
  const publisher = new WatchPublisher({
    ...services,
    compression,
    transactionTimeout,
    reissues,
    schemas: loadSchemas(options.schemas),
    log,
    signal,
    giveUp: giveUpAfter(signal),
    report: new ReadReport(),
    onRetry: () => {
      metrics.retried('kafka');
      kafkaAnswers(false);
    },
    observer: {
      onCommitted: ({ site, session, count }, newest) => metrics.rowsPublished(site, session, count, newest),
      onTransaction: (result) => metrics.transactionEnded(result),
    },
    onUnit: (fetched, result) => tell(fetched, result, context, metrics),
    onAttempt: kafkaAnswers,
  });
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
    const onCaughtUp = (): void => monitoring?.holds(CAUGHT_UP);
    await publisher.connect();
    log.info(`watching ${sources.map(({ address }) => address).join(', ')}`);
    await new Watcher({ publisher, metrics, signal, onCaughtUp }).watch(sources);
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

/** Counts a unit that is committed, and says what became of it. */
function tell(
  { unit, source }: FetchedUnit,
  { report, outcomes }: UnitResult,
  { log }: CliContext,
  metrics: WatchMetrics,
): void {
  const { published, resumed, reissued, skipped, reissuesSkipped } = outcomes;
  metrics.damaged(report.damaged);
  if (skipped + reissuesSkipped > 0) metrics.archiveSkipped(source);
  // Neither, when it could not be read or a signal came in the middle.
  if (published + resumed + reissued === 0) return;
  metrics.archivePublished({ source, bytes: report.bytesRead });
  log.info(`published ${unit.files[0]!.path}: ${counted(report.rows, 'row')}`);
}
