/** Flink SQL on a cluster: its prompt, and its gateway with the same tables. */
import { splitStatements } from '../constructs/sql/script';
import { NAMES } from '../constructs/common/names';
import { PORTS } from '../contract';
import { UserError } from '../contract/user-error';
import { freePorts } from '../cli/ports';
import { SqlSession } from '../sql/gateway';
import type { PrintOptions } from '../sql/print';
import { BATCH } from '../sql/query';
import { runStatements } from '../sql/statements';
import { Forward } from './forward/forward';
import type { Kubectl } from './kubectl';

/** The SQL prompt in the gateway's pod, which creates the tables. */
const PROMPT = '/opt/flink/bin/sql-client.sh';

/** A connection to the SQL gateway of a cluster. */
export class ClusterSql {
  private constructor(
    /** Base address of the gateway on this machine. */
    readonly gateway: string,
    private readonly init: string,
    private readonly forward: Forward,
  ) {}

  /**
   * Connects to the gateway through a free local port.
   * @throws UserError when the cluster has no gateway, or it does not accept connections
   */
  static async open(kubectl: Kubectl): Promise<ClusterSql> {
    const init = await readInit(kubectl);
    const [port = 0] = await freePorts(1);
    const service = NAMES.flinkSqlClient;
    const address = { name: 'Flink SQL gateway', service, port: PORTS.flinkSqlGateway, localPort: port };
    const forward = new Forward(kubectl, address);
    await forward.open();
    return new ClusterSql(`http://localhost:${port}`, init, forward);
  }

  /** Runs the statements that the prompt of the cluster runs first, so that a session has the same tables. */
  async makeTables(session: SqlSession, signal?: AbortSignal): Promise<void> {
    for (const statement of splitStatements(this.init)) {
      // In batch mode a query cannot select the event time of a table that was made in streaming mode.
      const config = statement.includes("'scan.bounded.mode'") ? BATCH : undefined;
      await session.all(statement, { signal, config });
    }
  }

  /** Closes the connection. */
  close(): Promise<void> {
    return this.forward.stop();
  }
}

/**
 * Runs statements and prints their results; without statements, opens the prompt. Returns the exit code.
 * @throws UserError when the cluster has no gateway, or a statement fails
 */
export async function sqlOnCluster(
  kubectl: Kubectl,
  statements: readonly string[],
  options: Omit<PrintOptions, 'width'>,
): Promise<number> {
  if (statements.length === 0) return openClusterPrompt(kubectl);
  const cluster = await ClusterSql.open(kubectl);
  try {
    const session = await SqlSession.open(cluster.gateway);
    return await runStatements(session, (it, signal) => cluster.makeTables(it, signal), statements, options);
  } finally {
    await cluster.close();
  }
}

/** Opens the prompt on this terminal, and returns its exit code when the user leaves it. */
async function openClusterPrompt(kubectl: Kubectl): Promise<number> {
  await readInit(kubectl);
  // Ctrl-C is handled by the prompt: it clears the line or ends a query.
  process.on('SIGINT', () => undefined);
  const terminal = process.stdin.isTTY ? ['--stdin', '--tty'] : ['--stdin'];
  const pod = [`deployment/${NAMES.flinkSqlClient}`, '--container', 'sql-gateway'];
  return kubectl.onTerminal('exec', ...terminal, ...pod, '--', PROMPT);
}

/** The statements that the prompt of the cluster runs first. */
async function readInit(kubectl: Kubectl): Promise<string> {
  const name = `${NAMES.flinkSqlClient}-sql`;
  const map = await kubectl.find<{ data?: Record<string, string> }>('configmap', name);
  const init = map?.data?.['init.sql'];
  if (init !== undefined) return init;
  throw new UserError(
    'CLUSTER_FAILED',
    `namespace ${kubectl.target.namespace} has no Flink SQL gateway (ConfigMap ${name} does not exist)`,
    {
      fix: 'apply a profile first (kubectl apply -f dist/dev.k8s.yaml), or choose another with --profile or --namespace',
    },
  );
}
