/** Flink: JobManager, one TaskManager, and the SQL gateway, each started as Flink's own scripts would. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FLINK_JAVA_OPTIONS, flinkConfigYaml } from '../../constructs/config/flink';
import {
  type FlinkMemoryPlan,
  jobManagerMemory,
  taskManagerMemory,
} from '../../constructs/config/flink-memory';
import { log4jConsoleProperties } from '../../constructs/config/log4j';
import { MIB } from '../../constructs/config/memory';
import { PORTS } from '../../contract';
import { JOBS } from '../../jobs/index';
import { addresses, type LocalSettings } from '../settings';
import { getJson, JVM_ARGS, type Service, type ServiceContext, type ServiceDefinition } from './service';

const LOG_CONFIG = { service: 'log4j-console.properties', client: 'log4j-cli.properties' } as const;

/** One task slot for each job, and one for a query. */
const TASK_SLOTS = JOBS.length + 1;

const JOB_MANAGER = jobManagerMemory({
  processBytes: 512 * MIB,
  metaspaceBytes: 192 * MIB,
  offHeapBytes: 64 * MIB,
  overhead: { minBytes: 64 * MIB },
});

const TASK_MANAGER = taskManagerMemory({
  processBytes: 896 * MIB,
  metaspaceBytes: 192 * MIB,
  overhead: { minBytes: 64 * MIB },
  frameworkHeapBytes: 64 * MIB,
  managed: { bytes: 128 * MIB },
  network: { minBytes: 64 * MIB, maxBytes: 64 * MIB },
});

export const jobManager: ServiceDefinition = {
  name: 'flink-jobmanager',
  ports: { flink: PORTS.flinkUi },
  innerPorts: ['flinkRpc'],
  stopsFirst: true,
  create: (context) => ({
    ...flinkProcess(
      context,
      'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint',
      JOB_MANAGER,
    ),
    async ready() {
      await getJson(`${addresses(context.settings).flink}/overview`);
      return true;
    },
  }),
};

export const taskManager: ServiceDefinition = {
  name: 'flink-taskmanager',
  stopsFirst: true,
  create: (context) => ({
    ...flinkProcess(context, 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner', {
      ...TASK_MANAGER,
      options: { ...TASK_MANAGER.options, 'taskmanager.cpu.cores': `${TASK_SLOTS}.0` },
    }),
    async ready() {
      const url = `${addresses(context.settings).flink}/overview`;
      return (await getJson<{ 'slots-total': number }>(url))['slots-total'] >= TASK_SLOTS;
    },
  }),
};

export const sqlGateway: ServiceDefinition = {
  name: 'flink-sql-gateway',
  ports: { sql: PORTS.flinkSqlGateway },
  stopsFirst: true,
  create: (context) => ({
    ...flinkProcess(context, 'org.apache.flink.table.gateway.SqlGateway', {}),
    async ready() {
      await getJson(`${addresses(context.settings).gateway}/info`);
      return true;
    },
  }),
};

/** A process of Flink: the class with its `main`, and its memory. */
function flinkProcess(
  context: ServiceContext,
  main: string,
  plan: Partial<FlinkMemoryPlan>,
): Omit<Service, 'ready'> {
  const { settings } = context;
  const conf = flinkConfDir(settings);
  return {
    prepare: () => writeConfig(context),
    args: [
      ...(plan.jvmArgs ?? ['-Xmx256m']),
      ...javaArgs(settings),
      main,
      ...(plan.options ? ['--configDir', conf] : []),
      ...Object.entries(plan.options ?? {}).map(([option, value]) => `-D${option}=${value}`),
    ],
    env: { FLINK_CONF_DIR: conf },
  };
}

/** Folder of Flink's configuration. */
export function flinkConfDir({ stateDir }: LocalSettings): string {
  return path.join(stateDir, 'conf', 'flink');
}

/** Folder of checkpoints, savepoints and the records of jobs. */
export function flinkDataDir({ stateDir }: LocalSettings): string {
  return path.join(stateDir, 'data', 'flink');
}

/**
 * JVM arguments, with the class path, for any of Flink's processes. The SQL client shares the terminal with
 * its user, so it logs only errors.
 */
export function javaArgs(settings: LocalSettings, kind: 'service' | 'client' = 'service'): string[] {
  return [
    ...JVM_ARGS,
    ...FLINK_JAVA_OPTIONS,
    `-Dlog4j2.configurationFile=${path.join(flinkConfDir(settings), LOG_CONFIG[kind])}`,
    '-cp',
    path.join(settings.partsDir, 'flink', '*'),
  ];
}

async function writeConfig({ settings, port }: ServiceContext): Promise<void> {
  const conf = flinkConfDir(settings);
  const tmpDir = path.join(settings.stateDir, 'tmp');
  await mkdir(conf, { recursive: true });
  await mkdir(tmpDir, { recursive: true });
  const config = flinkConfigYaml({
    jobManagerHost: 'localhost',
    bindHost: 'localhost',
    taskManagerHost: 'localhost',
    ports: { rpc: port('flinkRpc'), rest: settings.ports.flink },
    taskSlots: TASK_SLOTS,
    tmpDir,
    checkpoints: {
      directory: `file://${path.join(flinkDataDir(settings), 'checkpoints')}`,
      savepoints: `file://${path.join(flinkDataDir(settings), 'savepoints')}`,
      retained: true,
    },
    options: {
      // Part of the framework's 128 MiB of off-heap memory, which the network client needs too.
      'taskmanager.memory.framework.off-heap.batch-shuffle.size': '32m',
      // On one machine, a process that misses two heartbeats is gone.
      'heartbeat.interval': '2 s',
      // A killed client leaves its session and its job behind. Live clients send heartbeats more often than
      // this.
      'sql-gateway.session.idle-timeout': '2 min',
      'sql-gateway.session.check-interval': '10 s',
      'sql-gateway.endpoint.rest.address': 'localhost',
      'sql-gateway.endpoint.rest.port': settings.ports.sql,
      'web.tmpdir': tmpDir,
    },
  });
  await writeFile(path.join(conf, 'config.yaml'), config);
  await writeFile(path.join(conf, LOG_CONFIG.service), log4jConsoleProperties());
  await writeFile(path.join(conf, LOG_CONFIG.client), log4jConsoleProperties({ level: 'ERROR' }));
}
