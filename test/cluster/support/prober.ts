/** A pod that tries to connect, for tests of NetworkPolicies: it can be given the labels of any workload. */
import { IMAGES, imageName } from '../../../constructs/common/images';
import type { Chart } from 'cdk8s';
import type { Cluster } from './cluster';
import { isRunning } from './objects';

/** Where to connect to. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * What became of a connection. `open`: something took it. `refused`: it came through, and nothing listens.
 * `silent`: it was dropped on its way, as NetworkPolicies do.
 */
export type Outcome = 'open' | 'refused' | 'silent';

/** Long enough for a connection within a cluster on a busy machine. */
const SILENCE_MS = 1500;

/** Reads targets as JSON, tries all at once, and writes the outcomes. */
const SCRIPT = `
const net = require('node:net');
const targets = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const connect = ({ host, port }) => new Promise((resolve) => {
  const socket = net.connect({ host, port });
  const end = (outcome) => { clearTimeout(timer); socket.destroy(); resolve(outcome); };
  const timer = setTimeout(end, ${SILENCE_MS}, 'silent');
  socket.once('connect', () => end('open'));
  socket.once('error', ({ code }) => end(code === 'ECONNREFUSED' ? 'refused' : 'silent'));
});
Promise.all(targets.map(connect)).then((outcomes) => { console.log(JSON.stringify(outcomes)); process.exit(0); });
`;

/** The producer's image has what it takes, and is on every node that the stack runs on. */
export class Prober {
  private labels: readonly string[] = [];

  private constructor(
    private readonly cluster: Cluster,
    private readonly name: string,
  ) {}

  /** Starts the pod. It is never ready, so no Service sends traffic to it, whatever its labels. */
  static async start(cluster: Cluster, chart: Chart, name = 'prober'): Promise<Prober> {
    const image = imageName(chart, IMAGES.strainProducer);
    await cluster.apply(JSON.stringify(pod(cluster.namespace, name, image)));
    await cluster.until(`${name} running`, 60, async () =>
      (await cluster.pods()).some((it) => it.metadata.name === name && isRunning(it)),
    );
    return new Prober(cluster, name);
  }

  /** Tries to connect to all targets; the outcomes in their order. */
  async connect(targets: readonly Target[]): Promise<Outcome[]> {
    const input = JSON.stringify(targets);
    const output = await this.cluster.exec(`pod/${this.name}`, ['node', '-e', SCRIPT], { input });
    return JSON.parse(output) as Outcome[];
  }

  /** Whether the cluster's DNS gives it the address of a name. */
  async resolves(name: string): Promise<boolean> {
    // Killed, as an exit would wait for the system's resolver, which has patience for 20 s.
    const script = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${2 * SILENCE_MS});
require('node:dns').lookup(${JSON.stringify(name)}, (error) => process.exit(error ? 1 : 0));`;
    return this.cluster.exec(`pod/${this.name}`, ['node', '-e', script]).then(
      () => true,
      () => false,
    );
  }

  /** Replaces the labels that the pod was given before. */
  async wear(labels: Readonly<Record<string, string>>): Promise<void> {
    const off = this.labels.filter((name) => !(name in labels)).map((name) => `${name}-`);
    const on = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    if (off.length + on.length > 0) {
      await this.cluster.kubectl.text(['label', '--overwrite', `pod/${this.name}`, ...on, ...off]);
    }
    this.labels = Object.keys(labels);
  }

  async remove(): Promise<void> {
    await this.cluster.kubectl.text(['delete', 'pod', this.name, '--now', '--ignore-not-found']);
  }
}

function pod(namespace: string, name: string, image: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'prober',
          image,
          command: ['node', '-e', 'process.on("SIGTERM", process.exit); setInterval(() => undefined, 1000)'],
          readinessProbe: { exec: { command: ['node', '-e', 'process.exit(1)'] }, periodSeconds: 3600 },
          resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}
