/** A profile of the stack on a fresh namespace of the cluster, for the tests of one file. */
import { App } from 'cdk8s';
import { PROFILES, type Profile } from '../../../charts';
import { AvroTable } from '../../../constructs/index';
import { Cluster } from './cluster';
import { MemoryWatch } from './memory';
import { print } from './print';
import { ClusterSql } from './sql';

/** Beginning of the names of all namespaces that the tests make; setup.ts removes those that a broken-off run left. */
export const NAMESPACE_PREFIX = 'kafka-flink-test-';

/**
 * The profile `dev` or `classic`, as it is synthesized. A file of tests makes one, brings it `up` before all and `down` after all; the
 * proofs get it and use it one after another, each leaving it as it was, so that it is brought up once only. Two at a time do not fit: their
 * ports on the nodes are the same.
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

  /** Synthesizes; nothing is applied before `up`. */
  constructor(readonly profile: string) {
    const namespace = `${NAMESPACE_PREFIX}${profile}-${Date.now().toString(36)}`;
    this.cluster = new Cluster(namespace);
    ({ chart: this.chart, manifest: this.manifest } = synthesize(profile, namespace));
    const tables = this.chart.node.findAll().filter((it): it is AvroTable => it instanceof AvroTable);
    this.sql = new ClusterSql(
      this.cluster,
      tables.map(({ ddl }) => ddl),
    );
    this.memory = new MemoryWatch(this.cluster);
  }

  /** Applies the manifest and begins to watch the memory; does not wait for anything. */
  async up(): Promise<void> {
    this.applied = Date.now();
    await this.cluster.apply(this.manifest);
    this.memory.start();
  }

  /** Deletes the namespace. */
  async down(): Promise<void> {
    await this.memory.stop();
    await this.cluster.remove();
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

/** The chart of a profile for a namespace, and the manifest that `npm run synth` would write of it. */
export function synthesize(profile: string, namespace: string): { chart: Profile; manifest: string } {
  const Chart = PROFILES[profile];
  if (!Chart) throw new Error(`no profile ${profile}; there are ${Object.keys(PROFILES).join(', ')}`);
  const app = new App();
  const chart = new Chart(app, profile, { namespace, imageRegistry: process.env.IMAGE_REGISTRY });
  return { chart, manifest: app.synthYaml() };
}
