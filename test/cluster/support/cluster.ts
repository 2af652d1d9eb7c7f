/** A namespace of the cluster that KUBECONFIG names, as tests use it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment, StatefulSet } from '../../../cluster/api';
import { Kubectl } from '../../../cluster/kubectl';
import { progressOf } from '../../../cluster/rollout/progress';
import { Forward } from './forward';
import { instanceOf, isReady, stateOf, type Event, type Job, type Pod, type Service } from './objects';

/** Between two looks at the cluster: each is a process, so not too often. */
const POLL_MS = 500;

export class Cluster {
  /** kubectl with the namespace. */
  readonly kubectl: Kubectl;

  /** @param namespace the only one that this object touches */
  constructor(readonly namespace: string) {
    this.kubectl = new Kubectl({ namespace });
  }

  /** Applies a manifest; gives kubectl's line for each object: `service/kafka-rest unchanged`. */
  async apply(manifest: string): Promise<string[]> {
    return (await this.kubectl.text(['apply', '-f', '-'], manifest)).trim().split('\n');
  }

  /** Deletes the namespace with all that is in it, and waits until it is gone. It need not be there. */
  async remove(): Promise<void> {
    await this.kubectl.text(['delete', 'namespace', this.namespace, '--ignore-not-found', '--timeout=300s']);
  }

  /** Objects of a kind, by kubectl's name of it. */
  async list<T>(kind: string, ...args: string[]): Promise<readonly T[]> {
    return (await this.kubectl.json<{ items: T[] }>(['get', kind, ...args])).items;
  }

  /** Pods; those of one workload when its name is given. */
  async pods(workload?: string): Promise<readonly Pod[]> {
    const pods = await this.list<Pod>('pods');
    return workload === undefined ? pods : pods.filter((pod) => instanceOf(pod) === workload);
  }

  /**
   * The one pod of a workload that is ready.
   * @throws when there is none
   */
  async pod(workload: string): Promise<Pod> {
    const pods = await this.pods(workload);
    const pod = pods.find(isReady);
    if (pod === undefined) throw new Error(`no pod of ${workload} is ready: ${pods.map(stateOf).join('; ')}`);
    return pod;
  }

  services(): Promise<readonly Service[]> {
    return this.list<Service>('services');
  }

  jobs(): Promise<readonly Job[]> {
    return this.list<Job>('jobs');
  }

  controllers(): Promise<readonly (Deployment | StatefulSet)[]> {
    return this.list<Deployment | StatefulSet>('deployments,statefulsets');
  }

  events(): Promise<readonly Event[]> {
    return this.list<Event>('events');
  }

  /** Log of a pod (`pod/NAME`) or of what has pods (`job/NAME`). */
  logs(target: string, ...args: string[]): Promise<string> {
    return this.kubectl.text(['logs', target, '--tail=-1', ...args]);
  }

  /** Runs a command in a pod's container and gives its output. */
  exec(
    target: string,
    command: readonly string[],
    options: { container?: string; input?: string } = {},
  ): Promise<string> {
    const { container, input } = options;
    return this.kubectl.text(
      [
        'exec',
        ...(input === undefined ? [] : ['-i']),
        target,
        ...(container ? ['-c', container] : []),
        '--',
        ...command,
      ],
      input,
    );
  }

  /** Opens a way from this machine to a port, for as long as `use` runs. */
  async forward<T>(
    target: string,
    port: number,
    use: (forward: Forward) => Promise<T>,
    localPort?: number,
  ): Promise<T> {
    const forward = await Forward.open(this.kubectl, target, port, localPort);
    try {
      return await use(forward);
    } finally {
      await forward.close();
    }
  }

  /**
   * Waits until `look` gives something else than undefined or false, and gives that.
   * @throws after `seconds`, with what was awaited, the last error of `look`, and the pods that are not ready
   */
  async until<T>(what: string, seconds: number, look: () => Promise<T | undefined | false>): Promise<T> {
    const end = Date.now() + seconds * 1000;
    let last: unknown;
    while (Date.now() < end) {
      try {
        const found = await look();
        if (found !== undefined && found !== false) return found;
        last = undefined;
      } catch (error) {
        last = error;
      }
      await sleep(POLL_MS);
    }
    throw new Error(`${what}: not within ${seconds} s. ${await this.trouble()}`, { cause: last });
  }

  /**
   * Waits until every Deployment and StatefulSet is rolled out: each pod of the newest template there and
   * ready.
   */
  async untilReady(seconds: number): Promise<void> {
    await this.until(`all pods of ${this.namespace} ready`, seconds, async () =>
      (await this.controllers()).every((it) => progressOf(it).isReady),
    );
  }

  /** Waits until a Job has ended well; `name` is the workload's, without the hash. */
  async untilComplete(name: string, seconds: number): Promise<void> {
    await this.until(`Job ${name} complete`, seconds, async () =>
      (await this.jobs())
        .filter(({ metadata }) => metadata.name.startsWith(`${name}-`))
        .some(({ status }) => (status.succeeded ?? 0) > 0),
    );
  }

  private async trouble(): Promise<string> {
    const bad = (await this.pods()).filter((pod) => pod.status.phase !== 'Succeeded' && !isReady(pod));
    return bad.length === 0 ? 'All pods are ready.' : bad.map(stateOf).join('\n');
  }
}
