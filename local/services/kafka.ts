/** Kafka: one process that is both broker and controller. */
import { randomBytes } from 'node:crypto';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaServerProperties } from '../../constructs/config/kafka';
import { log4jConsoleProperties } from '../../constructs/config/log4j';
import { PORTS, TOPIC } from '../../contract';
import { STRAIN_TOPICS } from '../../jobs/strain/topics';
import { UserError } from '../../contract/user-error';
import { lastLines } from '../logs';
import { addresses } from '../settings';
import { Child } from '../../cli/child';
import { JVM_ARGS, type Service, type ServiceContext, type ServiceDefinition } from './service';

/** Partitions of the topic: some parallelism for consumers, and little cost on one broker. */
const PARTITIONS = 4;

const NODE_ID = 1;

export const kafka: ServiceDefinition = {
  name: 'kafka',
  ports: { kafka: PORTS.kafkaHost },
  innerPorts: ['kafkaController'],
  create: createKafka,
};

function createKafka(context: ServiceContext): Service {
  const { settings, java } = context;
  const conf = path.join(settings.stateDir, 'conf', 'kafka');
  const data = path.join(settings.stateDir, 'data', 'kafka');
  const properties = path.join(conf, 'server.properties');
  const base = [
    ...JVM_ARGS,
    `-Dlog4j2.configurationFile=${path.join(conf, 'log4j2.properties')}`,
    '-cp',
    path.join(settings.partsDir, 'kafka', '*'),
  ];
  return {
    args: ['-Xms96m', '-Xmx192m', ...base, 'kafka.Kafka', properties],
    async prepare() {
      await mkdir(conf, { recursive: true });
      await writeFile(properties, serverProperties(context, data));
      await writeFile(path.join(conf, 'log4j2.properties'), log4jConsoleProperties());
      await format(
        [java, '-Xmx64m', ...base, 'kafka.tools.StorageTool', 'format', '-c', properties],
        data,
        settings,
      );
    },
    ready: () => withAdmin(context, async (admin) => (await admin.describeCluster()).brokers.length > 0),
    async afterReady() {
      await withAdmin(context, (admin) =>
        admin.createTopics({
          topics: [
            { topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: 1 },
            ...Object.values(STRAIN_TOPICS).map(({ name, partitions, cleanup }) => ({
              topic: name,
              numPartitions: partitions,
              replicationFactor: 1,
              configEntries: [{ name: 'cleanup.policy', value: cleanup }],
            })),
          ],
        }),
      );
    },
  };
}

function serverProperties({ settings, port }: ServiceContext, data: string): string {
  const controllerPort = port('kafkaController');
  return kafkaServerProperties({
    nodeId: NODE_ID,
    voters: [{ nodeId: NODE_ID, host: 'localhost', port: controllerPort }],
    listeners: [
      {
        name: 'HOST',
        port: settings.ports.kafka,
        host: '127.0.0.1',
        advertised: { host: 'localhost' },
      },
    ],
    controllerListener: { name: 'CONTROLLER', port: controllerPort, host: '127.0.0.1' },
    logDirs: path.join(data, 'log'),
    partitions: PARTITIONS,
    properties: {
      // The default of 128 MiB does not fit a small heap.
      'log.cleaner.dedupe.buffer.size': 20_971_520,
      // There is one client at a time. The default of 50 partitions would slow down each start.
      'offsets.topic.num.partitions': 1,
      'transaction.state.log.num.partitions': 1,
      'share.coordinator.state.topic.num.partitions': 1,
      'group.initial.rebalance.delay.ms': 0,
      // Data is kept between starts until `npm run local:clean`.
      'log.retention.hours': -1,
    },
  });
}

/** Formats the data folder once. An interrupted format leaves no `formatted` file and runs again. */
async function format(
  command: readonly [string, ...string[]],
  data: string,
  { stateDir }: ServiceContext['settings'],
): Promise<void> {
  const done = path.join(data, 'formatted');
  if (await exists(done)) return;
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  const clusterId = randomBytes(16).toString('base64url');
  const logFile = path.join(stateDir, 'log', 'kafka-format.log');
  const child = await Child.start({
    command: [...command, `--cluster-id=${clusterId}`],
    cwd: data,
    logFile,
  });
  const { code } = await child.ended;
  if (code !== 0) {
    const lines = await lastLines(logFile);
    throw new UserError('SERVICE_FAILED', `Kafka's storage in ${data} could not be formatted`, {
      fix: 'read the lines above',
      log: { file: logFile, lines: lines },
    });
  }
  await writeFile(done, `${clusterId}\n`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

type Admin = ReturnType<Kafka['admin']>;

async function withAdmin<T>({ settings }: ServiceContext, use: (admin: Admin) => Promise<T>): Promise<T> {
  const client = new Kafka({
    clientId: 'local-start',
    brokers: [addresses(settings).kafka],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    // The supervisor calls the probe again.
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}
