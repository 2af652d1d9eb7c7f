/** `npm run sql`: runs Flink SQL on the services of this machine or of a cluster, or opens a prompt. */
import { Command } from 'commander';
import { wholeNumber } from '../cli/arguments';
import { runCommand } from '../cli/command';
import { Kubectl } from '../cluster/kubectl';
import { ClusterSql, openClusterPrompt } from '../cluster/sql';
import { addTargetOptions, targetOf, type TargetOptions } from '../cluster/target';
import { EXIT } from '../contract';
import type { JobAddresses } from '../jobs/definition';
import { UserError } from '../contract/user-error';
import { findRun } from '../local/lock';
import { addPlaceOptions, type PlaceOptions } from '../local/options';
import { addresses, localSettings, type LocalSettings } from '../local/settings';
import { SqlSession } from '../sql/gateway';
import { printResult } from '../sql/print';
import { openPrompt } from '../local/prompt';
import { runQuery } from '../sql/query';
import { createTables, sessionStatements } from '../sql/tables';

/** Well below the session timeout of the gateway. */
const HEARTBEAT_MS = 30_000;

const EXAMPLES = `
Tables: gtsm_etl, the rows as they come, without end; gtsm_etl_bounded, the rows that are there now. The same of what the jobs make:
gtsm_1min, gtsm_gaps, gtsm_stations, clicks_…; and of the view gtsm_microstrain. SHOW TABLES lists all.

Examples:
  npm run sql
  npm run sql -- "SELECT COUNT(*) FROM gtsm_etl_bounded"
  npm run sql -- --rows 20 "SELECT key_site, \\\`timestamp\\\`, bs1_t0 FROM gtsm_etl WHERE bs1_t0 IS NOT NULL"
  npm run sql -- --json "SELECT * FROM gtsm_etl_bounded LIMIT 3" | jq .
  npm run sql -- "INSERT INTO gtsm_stations VALUES ('B009', 48116355, 49196540, 50062118, 51553402, 0.0001)"
  npm run sql -- --cluster "SELECT COUNT(*) FROM gtsm_etl_bounded"
  npm run sql -- --cluster --profile classic

With --cluster it is the SQL gateway of the cluster that kubectl talks to; --profile, --context and --namespace say which.

Several statements run one after another in one session, so that a table that the first makes is there for the next.
Rows of a stream begin with what they do: +I a new row, +U a row instead of an earlier one, -D a row that is gone; with --json
that is the member "op", absent for new rows. Ctrl-C ends a query, and its Flink job.`;

interface SqlOptions extends PlaceOptions, TargetOptions {
  readonly cluster?: boolean;
  readonly json?: boolean;
  readonly rows?: number;
}

type MakeTables = (session: SqlSession, signal: AbortSignal) => Promise<void>;

function sql(statements: readonly string[], options: SqlOptions): Promise<void> {
  return options.cluster ? onCluster(statements, options) : onThisMachine(statements, options);
}

async function onCluster(statements: readonly string[], options: SqlOptions): Promise<void> {
  const kubectl = new Kubectl(targetOf(options));
  if (statements.length === 0) {
    process.exitCode = await openClusterPrompt(kubectl);
    return;
  }
  const cluster = await ClusterSql.open(kubectl);
  try {
    const session = await SqlSession.open(cluster.gateway);
    const makeTables: MakeTables = (it, signal) => cluster.makeTables(it, signal);
    await runStatements(session, makeTables, statements, options);
  } finally {
    await cluster.close();
  }
}

async function onThisMachine(statements: readonly string[], options: SqlOptions): Promise<void> {
  const given = localSettings(options);
  // The running services may have been started with other ports.
  const run = await findRun(given.stateDir);
  const settings: LocalSettings = { ...given, ports: run?.ports ?? given.ports };
  const url = addresses(settings);
  const tables: JobAddresses = { bootstrapServers: url.kafka, registryUrl: url.registry };
  const session = await SqlSession.open(url.gateway).catch((error: unknown) => {
    throw new UserError('SERVICE_FAILED', error instanceof Error ? error.message : String(error), {
      fix: run
        ? 'wait until `npm start` reports that the services are up'
        : 'start the services first: npm start',
    });
  });
  if (statements.length === 0) {
    await session.close();
    process.exitCode = await openPrompt(
      settings,
      sessionStatements(tables).map(({ sql: statement }) => statement),
    );
    return;
  }
  const makeTables: MakeTables = (it, signal) => createTables(it, tables, signal);
  await runStatements(session, makeTables, statements, options);
}

async function runStatements(
  session: SqlSession,
  makeTables: MakeTables,
  statements: readonly string[],
  options: SqlOptions,
): Promise<void> {
  const controller = new AbortController();
  const stop = (code: number): void => {
    process.exitCode = code;
    controller.abort();
  };
  process.on('SIGINT', () => {
    stop(EXIT.interrupted);
  });
  process.on('SIGTERM', () => {
    stop(EXIT.terminated);
  });
  // The reader stopped reading (`| head`), which is not an error.
  process.stdout.on('error', () => {
    stop(EXIT.ok);
  });
  const { signal } = controller;
  // Keeps the session alive while the reader of the output pauses.
  const heartbeat = setInterval(() => void session.heartbeat().catch(() => undefined), HEARTBEAT_MS);
  try {
    await makeTables(session, signal);
    for (const statement of statements) {
      if (signal.aborted) break;
      const result = await runQuery(session, statement.trim().replace(/;$/, ''), signal);
      const width = process.stdout.isTTY ? process.stdout.columns : undefined;
      const { hidden } = await printResult(result, process.stdout, { ...options, width });
      if (hidden.length > 0) {
        console.error(`${hidden.length} columns do not fit; --json shows all: ${hidden.join(', ')}`);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(heartbeat);
    await session.close().catch(() => undefined);
  }
}

const program = new Command('npm run sql --')
  .description('Runs Flink SQL on the services of `npm start` or on a cluster, or opens a prompt.')
  .argument('[statement...]', 'SQL statements; without any, a prompt opens')
  .option('--cluster', 'run on a cluster, through kubectl, instead of on this machine')
  .option('--json', 'print each row as a JSON object')
  .option('--rows <n>', 'stop after this many rows', wholeNumber(1))
  .addHelpText('after', EXAMPLES);
void runCommand(addPlaceOptions(addTargetOptions(program)).action(sql));
