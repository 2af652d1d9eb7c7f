/** A producer as a process of its own, over its own network. */
import path from 'node:path';

import { Child, type ChildEnd } from '../../../cli/child';
import { ROOT } from '../../../cli/root';
import { EXIT } from '../../../contract';
import type { Cluster } from './cluster';
import type { Moment, Network } from './network';

const CLI = path.join(ROOT, 'producer', 'bin', 'strain-producer.js');

/** How long a producer may take under faults, milliseconds. */
const LIMIT = 240_000;

/** What a producer is to publish. */
export interface Work {
  readonly cluster: Cluster;
  /** Number of its network. */
  readonly producer: number;
  readonly topic: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Command before the program's, for example one that sets limits. @default - none */
  readonly before?: readonly string[];
}

/** A running producer. */
export class Worker {
  /** All that it said. */
  said = '';

  private constructor(
    readonly network: Network,
    private readonly what: string,
  ) {}

  private child!: Child;

  static async start({ cluster, producer, topic, args, env, before = [] }: Work): Promise<Worker> {
    const network = cluster.networks[producer]!;
    network.reset();
    const worker = new Worker(network, `producer ${producer} of ${topic}`);
    cluster.ending.throwIfAborted();
    const command = [
      ...before,
      ...[process.execPath, CLI, 'produce', '--topic', topic],
      ...['--bootstrap-servers', cluster.bootstrapFor(producer), '--schema-registry', cluster.registryUrl],
      ...args,
    ] as [string, ...string[]];
    const onOutput = (text: string): unknown => (worker.said += text);
    worker.child = await Child.start({ command, cwd: ROOT, env, onOutput });
    const kill = (): void => worker.kill();
    cluster.ending.addEventListener('abort', kill);
    void worker.child.ended.then(() => cluster.ending.removeEventListener('abort', kill));
    if (cluster.ending.aborted) kill();
    return worker;
  }

  /** Resolves when the n-th such moment has come, or when it has ended. */
  async until(moment: Moment, nth: number): Promise<void> {
    let seen = 0;
    const come = new Promise<void>((resolve) => {
      this.network.onMoment = (now) => {
        if (now === moment && ++seen === nth) resolve();
      };
    });
    await Promise.race([come, this.child.ended]);
  }

  get isRunning(): boolean {
    return this.child.isRunning;
  }

  /** Ends it as a crash does, at once. */
  kill(): void {
    this.child.signal('SIGKILL');
  }

  /** Asks it to stop, as Kubernetes does. */
  terminate(): void {
    this.child.signal('SIGTERM');
  }

  /** Its exit code, or `killed`. Throws when it does not end. */
  async end(): Promise<number | 'killed'> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), LIMIT)));
    const end = await Promise.race<ChildEnd | undefined>([this.child.ended, late]);
    clearTimeout(timer);
    if (!end) this.kill();
    if (!end) throw new Error(`${this.what} did not end within ${LIMIT / 1000} s:\n${this.said}`);
    return end.signal === 'SIGKILL' ? 'killed' : (end.code ?? EXIT.failed);
  }

  /** Waits for its end. Throws, with all that it said, when the exit code is another. */
  async endsWith(...codes: readonly number[]): Promise<number> {
    const code = await this.end();
    if (code === 'killed' || !codes.includes(code)) {
      throw new Error(`${this.what} ended with ${code}, expected ${codes.join(' or ')}:\n${this.said}`);
    }
    return code;
  }
}
