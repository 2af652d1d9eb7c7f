/** A profile of the stack on a fresh namespace of the cluster, for the tests of one file. */
import { App } from 'cdk8s';
import { ClassicChart, DevChart, type LaptopProps, type Profile } from '../../../charts/index';
import { AvroTable } from '../../../constructs/index';
import { NODE_PORTS } from '../../../charts/laptop';
import { FIRST_NODE_PORT } from '../../../constructs/kafka/listeners';
import { Cluster } from './cluster';
import { MemoryWatch } from './memory';
import { removeLeftovers, testNamespace } from './namespace';
import type { Service } from './objects';
import { print } from './print';
import { asTableRow, sampleRows, sumOf, type ParsedRow, type RowSet } from './rows';
import { ClusterSql } from './sql';

/**
 * The profile `dev` or `classic`, as it is synthesized. A file of tests creates one, brings it up before all
 * tests and takes it down after them. The proofs use it one after another, and each leaves it as it was, so
 * that it is brought up only once. Two stacks cannot run at a time, because they have the same node ports.
 */
export class Stack {
  readonly cluster: Cluster;
  /** The objects of cdk8s: links, workloads, tables. */
  readonly chart: Profile;
  /** What is applied. */
  readonly manifest: string;
  /** Flink SQL with the tables of the chart. */
  readonly sql: ClusterSql;
  /** Memory of all containers, watched from `up` to `down`. */
  readonly memory: MemoryWatch;
  private applied = 0;
  private parsed: Promise<readonly ParsedRow[]> | undefined;

  /** Synthesizes; nothing is applied before `up`. */
  constructor(readonly profile: keyof typeof CHARTS) {
    this.cluster = new Cluster(testNamespace(profile));
    ({ chart: this.chart, manifest: this.manifest } = this.variant({}));
    const tables = this.chart.node.findAll().filter((it): it is AvroTable => it instanceof AvroTable);
    this.sql = new ClusterSql(
      this.cluster,
      tables.map(({ ddl }) => ddl),
    );
    this.memory = new MemoryWatch(this.cluster);
  }

  /** Applies the manifest and begins to watch the memory. Does not wait for pods. */
  async up(): Promise<void> {
    await removeLeftovers(this.profile);
    await this.checkNodePorts();
    this.applied = Date.now();
    await this.cluster.apply(this.manifest);
    this.memory.start();
    // Takes some seconds, which the pods need as well.
    void this.sampleRows();
  }

  /**
   * The same profile and namespace with other props.
   * @param extend adds constructs of a test's own to the chart
   */
  variant(props: LaptopProps, extend: (chart: Profile) => void = () => undefined): Synthesized {
    return synthesize(this.profile, { ...props, namespace: this.cluster.namespace }, extend);
  }

  /** Deletes the namespace. */
  async down(): Promise<void> {
    await this.memory.stop();
    await this.cluster.remove();
  }

  /** The rows that are published, by `strain-producer parse`. */
  sampleRows(): Promise<readonly ParsedRow[]> {
    return (this.parsed ??= sampleRows());
  }

  /** The sum of the rows that are published. */
  async sampleSum(): Promise<RowSet> {
    return sumOf((await this.sampleRows()).map(asTableRow));
  }

  /** The profiles' node ports are fixed, so no other stack on the cluster may have them. */
  private async checkNodePorts(): Promise<void> {
    const wanted = new Set([FIRST_NODE_PORT, ...Object.values(NODE_PORTS)]);
    const { items } = await this.cluster.kubectl.json<{ items: Service[] }>([
      'get',
      'services',
      '--all-namespaces',
    ]);
    const holder = items.find(({ spec }) => spec.ports.some(({ nodePort }) => wanted.has(nodePort ?? 0)));
    if (holder === undefined) return;
    const { name, namespace } = holder.metadata;
    throw new Error(
      `Service ${name} of namespace ${namespace} has a port of the nodes that the tests need: delete that stack, then try again`,
    );
  }

  /** Seconds since `up` began. */
  get seconds(): number {
    return (Date.now() - this.applied) / 1000;
  }

  /** Writes a figure of this stack for whoever runs the tests. */
  print(line: string): void {
    print(`${this.profile}: ${line}`);
  }
}

/** Charts whose stacks fit on a machine of tests. */
const CHARTS = { dev: DevChart, classic: ClassicChart } as const;

/** A chart, and the manifest that `npm run synth` would write of it. */
export interface Synthesized {
  readonly chart: Profile;
  readonly manifest: string;
}

function synthesize(
  profile: keyof typeof CHARTS,
  props: LaptopProps,
  extend: (chart: Profile) => void,
): Synthesized {
  const app = new App();
  const chart = new CHARTS[profile](app, profile, { imageRegistry: process.env.IMAGE_REGISTRY, ...props });
  extend(chart);
  return { chart, manifest: app.synthYaml() };
}
