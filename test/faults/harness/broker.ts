/** One of three brokers that are controllers, too, as a service of `LocalStack`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Child } from '../../../cli/child';
import { kafkaServerProperties } from '../../../constructs/config/kafka';
import { log4jConsoleProperties } from '../../../constructs/config/log4j';
import { JVM_ARGS, type ServiceDefinition } from '../../../local/services/service';
import { withAdmin } from './admin';

/** Numbers of the brokers. */
export const BROKERS = [1, 2, 3] as const;
export type BrokerId = (typeof BROKERS)[number];

/** Partitions of new topics. */
const PARTITIONS = 3;

/** What a broker is started with. */
export interface BrokerOptions {
  readonly id: BrokerId;
  readonly clusterId: string;
  /** Ports of all controllers, in the order of the brokers. */
  readonly controllers: readonly number[];
  /** Port for the other brokers, and for clients that no fault is to reach. */
  readonly port: number;
  /** A listener for each producer, whose proxy is what the broker advertises. */
  readonly proxied: readonly { readonly port: number; readonly proxy: number }[];
  /** Folder of the data. @default - in the state folder */
  readonly data?: string;
}

export const nameOf = (id: BrokerId): string => `kafka-${id}`;

export function brokerDefinition(options: BrokerOptions): ServiceDefinition {
  const { id, clusterId, port } = options;
  const name = nameOf(id);
  return {
    name,
    create({ settings: { stateDir, partsDir }, java }) {
      const conf = path.join(stateDir, 'conf', name);
      const data = options.data ?? path.join(stateDir, 'data', name);
      const properties = path.join(conf, 'server.properties');
      const log4j = path.join(conf, 'log4j2.properties');
      const jvm = [
        ...JVM_ARGS,
        `-Dlog4j2.configurationFile=${log4j}`,
        '-cp',
        path.join(partsDir, 'kafka', '*'),
      ];
      return {
        args: ['-Xms96m', '-Xmx192m', ...jvm, 'kafka.Kafka', properties],
        async prepare() {
          await mkdir(conf, { recursive: true });
          await mkdir(data, { recursive: true });
          await writeFile(properties, serverProperties(options, data));
          await writeFile(log4j, log4jConsoleProperties());
          const tool = [
            'kafka.tools.StorageTool',
            'format',
            '-c',
            properties,
            '-t',
            clusterId,
            '--ignore-formatted',
          ];
          const logFile = path.join(stateDir, 'log', `${name}-format.log`);
          if (await isFormatted(data)) return;
          const child = await Child.start({
            command: [java, '-Xmx64m', ...jvm, ...tool],
            cwd: data,
            logFile,
          });
          if ((await child.ended).code !== 0) throw new Error(await readFile(logFile, 'utf8'));
        },
        ready: () =>
          withAdmin([port], async (admin) =>
            (await admin.describeCluster()).brokers.some(({ nodeId }) => nodeId === id),
          ),
      };
    },
  };
}

const isFormatted = (data: string): Promise<boolean> =>
  readFile(path.join(data, 'log', 'meta.properties')).then(
    () => true,
    () => false,
  );

function serverProperties(options: BrokerOptions, data: string): string {
  const { id, controllers, port, proxied } = options;
  const host = '127.0.0.1';
  return kafkaServerProperties({
    nodeId: id,
    brokers: BROKERS.length,
    voters: BROKERS.map((nodeId, i) => ({ nodeId, host: 'localhost', port: controllers[i]! })),
    listeners: [
      { name: 'INNER', port, host, advertised: { host: 'localhost' } },
      ...proxied.map(({ port, proxy }, i) => ({
        name: `PROXY${i}`,
        ...{ port, host, advertised: { host: 'localhost', port: proxy } },
      })),
    ],
    controllerListener: { name: 'CONTROLLER', port: controllers[id - 1]!, host },
    logDirs: path.join(data, 'log'),
    partitions: PARTITIONS,
    properties: {
      // The default of 128 MiB does not fit a small heap.
      'log.cleaner.dedupe.buffer.size': 20_971_520,
      'offsets.topic.num.partitions': 1,
      'transaction.state.log.num.partitions': 3,
      'share.coordinator.state.topic.num.partitions': 1,
      'group.initial.rebalance.delay.ms': 0,
      // A killed broker is noticed after 4 s, not 9, and leaders move to preferred replicas within a second.
      'broker.session.timeout.ms': 4_000,
      'broker.heartbeat.interval.ms': 500,
      'leader.imbalance.check.interval.seconds': 1,
    },
  });
}
