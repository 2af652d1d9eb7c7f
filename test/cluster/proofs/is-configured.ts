/** What the running services say of themselves is what the props of their constructs promise. */
import type { Chart } from 'cdk8s';
import { parse } from 'yaml';
import { NAMES } from '../../../constructs/common/names';
import { FLINK_PORTS } from '../../../constructs/flink/ports';
import { FlinkSessionCluster, Kafka, KafkaTopics, SchemaRegistry } from '../../../constructs/index';
import { FIRST_CONTROLLER_ID } from '../../../constructs/kafka/scripts';
import { PORTS } from '../../../contract';
import type { Cluster } from '../support/cluster';
import { findConstruct } from '../support/find-construct';
import { kafkaTool } from '../support/kafka-tool';
import { getJson } from '../support/messages';

/** Runs Kafka's tools, which take memory of the broker's container. */
export type WithTools = <T>(use: () => Promise<T>) => Promise<T>;

/** Options of Flink whose values only the pod knows. */
const BY_POD: readonly string[] = ['jobmanager.rpc.address', 'kubernetes.namespace'];

/** @param withTools is around each use of Kafka's tools */
export function isConfigured(cluster: Cluster, chart: Chart, withTools: WithTools = (use) => use()): void {
  const kafka = findConstruct(chart, Kafka);

  const tool = (name: string, ...args: string[]): Promise<string> =>
    withTools(() => kafkaTool(cluster, name, ...args));

  /** Effective values by name. */
  async function configOf(type: 'brokers' | 'topics', name: string): Promise<Map<string, string>> {
    const text = await tool(
      'kafka-configs',
      '--describe',
      '--all',
      '--entity-type',
      type,
      '--entity-name',
      name,
    );
    const lines = [...text.matchAll(/^\s+(\S+)=(.*) sensitive=(?:true|false) synonyms=/gm)];
    return new Map(lines.map(([, option = '', value = '']) => [option, value]));
  }

  test('brokers have the properties of their props', async () => {
    for (let broker = 0; broker < kafka.brokers; broker++) {
      const held = await configOf('brokers', String(broker));
      const promised = Object.entries(kafka.properties).filter(([name]) => held.has(name));
      expect(promised.length).toBeGreaterThan(5);
      expect(Object.fromEntries(promised.map(([name]) => [name, held.get(name)]))).toEqual(
        Object.fromEntries(promised),
      );
    }
  });

  test('topics have the partitions, the replicas and the settings that are declared', async () => {
    const { topics } = findConstruct(chart, KafkaTopics);
    for (const { name, partitions, replicationFactor, config } of topics) {
      const text = await tool('kafka-topics', '--describe', '--topic', name);
      const [, partitionCount, replicas] =
        /PartitionCount: (\d+)\s+ReplicationFactor: (\d+)/.exec(text) ?? [];
      expect([name, Number(partitionCount), Number(replicas)]).toEqual([
        name,
        partitions ?? Number(kafka.properties['num.partitions']),
        replicationFactor ?? kafka.replicationFactor,
      ]);
      const held = await configOf('topics', name);
      const promised = { 'min.insync.replicas': String(kafka.minInSyncReplicas), ...config };
      expect(Object.fromEntries(Object.keys(promised).map((option) => [option, held.get(option)]))).toEqual(
        promised,
      );
    }
  });

  if (kafka.clusterId !== undefined) {
    test('the quorum has the controllers of the props', async () => {
      const text = await tool('kafka-metadata-quorum', 'describe', '--status');
      const [, voters = ''] = /^CurrentVoters:\s*(.*)$/m.exec(text) ?? [];
      const ids = [...voters.matchAll(/"id": (\d+)|\b(\d+)\b(?=[,\]])/g)].map(([, id, plain]) =>
        Number(id ?? plain),
      );
      const { controllers } = kafka;
      const expected =
        controllers === undefined
          ? Array.from({ length: kafka.brokers }, (_, i) => i)
          : Array.from({ length: controllers.count }, (_, i) => FIRST_CONTROLLER_ID + i);
      expect(ids.sort((a, b) => a - b)).toEqual(expected);
      expect(text).toMatch(new RegExp(`^ClusterId:\\s*${kafka.clusterId}$`, 'm'));
    });
  }

  test('the registry has its compatibility level, and its topic the replicas', async () => {
    const registry = findConstruct(chart, SchemaRegistry);
    const config = await cluster.forward(`svc/${NAMES.schemaRegistry}`, PORTS.schemaRegistry, ({ url }) =>
      getJson<{ compatibilityLevel: string }>(`${url}/config`),
    );
    expect(config.compatibilityLevel).toBe(registry.compatibility);
    const text = await tool('kafka-topics', '--describe', '--topic', '_schemas');
    expect(text).toMatch(new RegExp(`ReplicationFactor: ${registry.replicationFactor}\\b`));
  });

  test("Flink's processes have the options of their props", async () => {
    const flink = findConstruct(chart, FlinkSessionCluster);
    const rest = <T>(path: string): Promise<T> =>
      cluster.forward(`svc/${NAMES.flinkJobManager}`, FLINK_PORTS.rest, ({ url }) => getJson<T>(url + path));
    const entries = await rest<{ key: string; value: string }[]>('/jobmanager/config');
    const held = new Map(entries.map(({ key, value }) => [key, value]));
    const options = parse(flink.jobManager.conf.files['config.yaml'] ?? '') as Record<string, unknown>;
    const promised = Object.entries(options).filter(([name]) => !BY_POD.includes(name));
    expect(promised.length).toBeGreaterThan(15);
    expect(Object.fromEntries(promised.map(([name]) => [name, inBytes(held.get(name) ?? '')]))).toEqual(
      Object.fromEntries(promised.map(([name, value]) => [name, inBytes(String(value))])),
    );
    const { taskmanagers } = await rest<{ taskmanagers: { slotsNumber: number }[] }>('/taskmanagers');
    expect(taskmanagers.map(({ slotsNumber }) => slotsNumber)).toEqual(
      Array.from({ length: flink.taskManager.replicas }, () => flink.taskManager.taskSlots),
    );
  });
}

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Flink's scripts write sizes of memory in other units than the configuration. */
function inBytes(value: string): string {
  const [, amount, unit = ''] = /^(\d+)([bkmg])$/.exec(value) ?? [];
  return amount === undefined ? value : `${Number(amount) * (UNITS[unit] ?? 1)} bytes`;
}
