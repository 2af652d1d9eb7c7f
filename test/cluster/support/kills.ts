/** Ways to kill pods without a grace period. */
import type { Cluster } from './cluster';
import { isReady, type Pod } from './objects';

/**
 * `delete`: the pod is gone at once, and another takes its place. `crash`: its JVM crashes, and the container
 * is started again in the same pod. A SIGKILL would not do for that: from inside a container process 1 does
 * not get it.
 */
export type Kill = 'delete' | 'crash';

/** Kills a pod. */
export async function kill({ kubectl }: Cluster, { metadata }: Pod, how: Kill): Promise<void> {
  if (how === 'crash') await kubectl.text(['exec', metadata.name, '--', 'bash', '-c', 'kill -SEGV 1']);
  else await kubectl.text(['delete', 'pod', metadata.name, '--grace-period=0', '--force']);
}

/** Kills all pods of the namespace at once. */
export async function killAll({ kubectl }: Cluster): Promise<void> {
  await kubectl.text(['delete', 'pods', '--all', '--grace-period=0', '--force']);
}

/**
 * Whether, of the pods of its workload, there is one that is ready and was started after `pod` was killed.
 */
export function isBack(pod: Pod, now: readonly Pod[]): boolean {
  return now.some(
    (it) => isReady(it) && (it.metadata.uid !== pod.metadata.uid || restarts(it) > restarts(pod)),
  );
}

function restarts({ status }: Pod): number {
  return (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}
