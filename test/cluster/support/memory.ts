/** Memory of a stack's containers, by the files of their control groups on this machine's nodes. */
import { findGroup, memoryOf } from './cgroup';
import type { Cluster } from './cluster';
import { instanceOf, type Pod } from './objects';
import { PodWatch } from './pod-watch';
import { memoryBytes } from './quantity';

/** Often enough to see a process that lives for some seconds. */
const SAMPLE_MS = 500;

/** Most memory that a container of a workload had at a time, and what it requests, in bytes. */
export interface MemoryPeak {
  readonly workload: string;
  readonly container: string;
  readonly peak: number;
  readonly request: number;
}

/** Samples the memory of all containers of a namespace, those included that come and go meanwhile. */
export class MemoryWatch {
  private readonly peaks = new Map<string, MemoryPeak>();
  /**
   * Folder of each running container's control group, by its id; undefined where this machine does not have
   * it.
   */
  private readonly groups = new Map<string, string | undefined>();
  private readonly watched = new Map<string, Omit<MemoryPeak, 'peak'>>();
  private timer: NodeJS.Timeout | undefined;
  private readonly pods: PodWatch;
  private isPaused = false;

  constructor(cluster: Cluster) {
    this.pods = new PodWatch(cluster.kubectl, (pod) => {
      this.notice(pod);
    });
  }

  start(): void {
    this.pods.start();
    this.timer = setInterval(() => {
      this.sample();
    }, SAMPLE_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.pods.stop();
  }

  /**
   * What was seen since `start`, by workload. Containers whose control group this machine does not have are
   * not among them.
   */
  get seen(): readonly MemoryPeak[] {
    return [...this.peaks.values()].sort((a, b) => a.workload.localeCompare(b.workload));
  }

  /**
   * Runs a tool in one of the containers: its memory is not the server's, so that meanwhile nothing is
   * sampled.
   */
  async without<T>(use: () => Promise<T>): Promise<T> {
    this.isPaused = true;
    try {
      return await use();
    } finally {
      this.isPaused = false;
    }
  }

  private notice(pod: Pod): void {
    // Pods that no controller made are the tests' own.
    if (pod.metadata.ownerReferences === undefined) return;
    for (const { name, containerID, state } of pod.status.containerStatuses ?? []) {
      const id = containerID?.split('//')[1];
      if (id === undefined || !state.running || this.watched.has(id)) continue;
      const request = pod.spec.containers.find((it) => it.name === name)?.resources.requests.memory;
      if (request === undefined) continue;
      this.watched.set(id, { workload: instanceOf(pod), container: name, request: memoryBytes(request) });
      this.groups.set(id, findGroup(id));
    }
  }

  private sample(): void {
    if (this.isPaused) return;
    for (const [id, group] of this.groups) {
      const memory = group === undefined ? undefined : memoryOf(group);
      const container = this.watched.get(id);
      if (memory === undefined || container === undefined) {
        this.groups.delete(id);
        continue;
      }
      const key = `${container.workload}/${container.container}`;
      const peak = Math.max(memory, this.peaks.get(key)?.peak ?? 0);
      this.peaks.set(key, { ...container, peak });
    }
  }
}
