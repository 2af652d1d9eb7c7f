/** The command of the viewer: options, and starting it. */
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { EXIT, PORTS, PRODUCER_ENV, TOPIC } from '../contract';
import { describeError, UserError } from '../contract/user-error';
import { createLogger, LOG_FORMATS, type LogFormat } from '../producer/log';
import { type ListenAddress, listenAddress } from '../producer/watch/monitoring-server';
import { startViewer } from './server/viewer';

interface Options {
  readonly bootstrapServers: string;
  readonly schemaRegistry: string;
  readonly topic: string;
  readonly listen: ListenAddress;
  readonly dataDir: string;
  readonly lateAfter: number;
  readonly silentAfter: number;
  readonly retention?: number;
  readonly memory: number;
  readonly threads: number;
  readonly connections: number;
  readonly readOnly?: boolean;
  readonly tokenFile?: string;
  readonly pathPrefix: string;
  readonly logFormat: LogFormat;
}

const EXAMPLES = `
Examples:
  strain-viewer --bootstrap-servers localhost:19092 --schema-registry http://localhost:8081
  strain-viewer --listen 0.0.0.0:8095 --token-file /run/secrets/token --path-prefix /strain

The store is a copy of what is in Kafka: when its folder is lost, it is read again.

Exit codes: 0 ended by a signal; 1 it could not be done; 2 wrong usage.`;

const program = new Command('strain-viewer')
  .description('Serves the live page of borehole strain: reads Kafka, keeps the history, and shows it.')
  .option(
    '--bootstrap-servers <host:port,…>',
    'Kafka (env: BOOTSTRAP_SERVERS)',
    process.env[PRODUCER_ENV.bootstrapServers] ?? `localhost:${PORTS.kafkaHost}`,
  )
  .option(
    '--schema-registry <url>',
    'schema registry (env: SCHEMA_REGISTRY_URL)',
    process.env[PRODUCER_ENV.schemaRegistryUrl] ?? `http://localhost:${PORTS.schemaRegistry}`,
  )
  .option('--topic <name>', 'topic of the rows', TOPIC)
  .option('--listen <host:port>', 'address to serve at', listenAddress, {
    host: 'localhost',
    port: PORTS.viewer,
  })
  .option('--data-dir <folder>', 'folder of the store', 'strain-viewer-data')
  .option('--late-after <seconds>', 'a station is late when its newest sample is older', seconds, 7_200)
  .option('--silent-after <seconds>', 'a station is silent when its newest sample is older', seconds, 86_400)
  .option('--retention <days>', 'delete rows from the store that are older (default: keep all)', seconds)
  .option('--memory <megabytes>', 'memory for the buffers of the store', seconds, 128)
  .option('--threads <number>', 'cores that a query may use', seconds, 2)
  .option('--connections <number>', 'browsers that can be connected at the same time', seconds, 200)
  .option('--read-only', 'markers cannot be set')
  .option(
    '--token-file <file>',
    'file with a token that every request has to give (env: VIEWER_TOKEN has the token itself)',
  )
  .option(
    '--path-prefix <path>',
    'path under which a proxy passes requests on, if it does not remove it',
    pathPrefix,
    '',
  )
  .option('--log-format <format>', LOG_FORMATS.join(' or '), logFormat, LOG_FORMATS[0])
  .addHelpText('after', EXAMPLES)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage))
  .action(view);

async function view(options: Options): Promise<void> {
  const log = createLogger(options.logFormat, process.stderr);
  const viewer = await startViewer({
    bootstrapServers: options.bootstrapServers.split(','),
    registryUrl: options.schemaRegistry,
    topic: options.topic,
    listen: options.listen,
    dataDir: options.dataDir,
    limits: { lateAfter: options.lateAfter, silentAfter: options.silentAfter },
    database: { memoryMb: options.memory, threads: options.threads },
    ...(options.retention === undefined ? {} : { retentionDays: options.retention }),
    connections: options.connections,
    isReadOnly: options.readOnly ?? false,
    pathPrefix: options.pathPrefix,
    ...tokenOf(options),
    log,
  });
  log.info(`serving http://${options.listen.host}:${viewer.port}${options.pathPrefix}/`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void viewer.close().then(() => process.exit(EXIT.ok)));
  }
}

function tokenOf({ tokenFile }: Options): { readonly token?: string } {
  const token = tokenFile === undefined ? process.env.VIEWER_TOKEN : readToken(tokenFile);
  if (token === undefined) return {};
  if (token.trim() === '')
    throw new UserError('INPUT_UNREADABLE', 'the token is empty', {
      fix: 'write a token into the file of --token-file, or into VIEWER_TOKEN',
    });
  return { token: token.trim() };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(
      'INPUT_UNREADABLE',
      `cannot read the token in ${file} (${(error as NodeJS.ErrnoException).code})`,
      { fix: 'give a file that this user can read', cause: error },
    );
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a whole number greater than 0.');
}

function pathPrefix(text: string): string {
  if (/^(\/[A-Za-z0-9._~-]+)+\/?$/.test(text)) return text.replace(/\/$/, '');
  throw new InvalidArgumentError('Expected a path such as /strain.');
}

function logFormat(text: string): LogFormat {
  const format = LOG_FORMATS.find((one) => one === text);
  if (format) return format;
  throw new InvalidArgumentError(`Expected ${LOG_FORMATS.join(' or ')}.`);
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(EXIT.failed);
});
