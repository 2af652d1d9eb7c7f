/** How pods end after SIGTERM. */
import type { Cluster } from './cluster';
import { instanceOf, type Pod } from './objects';
import { PodWatch } from './pod-watch';

/** How a container of a pod that was deleted ended. */
export interface End {
  /** The pod's workload. */
  readonly workload: string;
  readonly pod: string;
  readonly exitCode: number;
  /** From the deletion to the container's end. Kubernetes keeps whole seconds. */
  readonly seconds: number;
  /** Seconds from the deletion to the SIGKILL that it would have got. */
  readonly gracePeriod: number;
}

/** Sees the ends of all pods of a namespace that are deleted between `start` and `stop`. */
export class EndWatch {
  /** When each pod was deleted, in milliseconds, by its uid. */
  private readonly deletions = new Map<string, number>();
  private readonly byPod = new Map<string, End>();
  private readonly watch: PodWatch;

  constructor(cluster: Cluster) {
    this.watch = new PodWatch(cluster.kubectl, (pod) => {
      this.notice(pod);
    });
  }

  start(): void {
    this.watch.start();
  }

  stop(): Promise<void> {
    return this.watch.stop();
  }

  /** The ends of these pods, by name, as far as they were seen. */
  endsOf(pods: readonly Pod[]): readonly End[] {
    const ends = pods.flatMap(({ metadata }) => this.byPod.get(metadata.uid) ?? []);
    return ends.sort((a, b) => a.pod.localeCompare(b.pod));
  }

  /** All ends that were seen, by pod. */
  get ends(): readonly End[] {
    return [...this.byPod.values()].sort((a, b) => a.pod.localeCompare(b.pod));
  }

  private notice(pod: Pod): void {
    const { uid, name, deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
    if (deletionTimestamp === undefined) return;
    // Kubernetes sets the time ahead by the grace period, and takes that back at the end: the first look
    // counts.
    const deleted =
      this.deletions.get(uid) ?? Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
    this.deletions.set(uid, deleted);
    const terminated = pod.status.containerStatuses?.[0]?.state.terminated;
    if (terminated === undefined) return;
    const seconds = (Date.parse(terminated.finishedAt) - deleted) / 1000;
    // A Job's pod may have ended long before.
    if (seconds < 0) return;
    this.byPod.set(uid, {
      workload: instanceOf(pod),
      pod: name,
      exitCode: terminated.exitCode,
      seconds,
      gracePeriod: pod.spec.terminationGracePeriodSeconds,
    });
  }
}
