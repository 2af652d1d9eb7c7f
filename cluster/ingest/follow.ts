/** Follows the log of a Job across its pods, and returns how it ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../../contract';
import type { Job, Pod } from '../api';
import type { Kubectl } from '../kubectl';
import { progressOf } from '../rollout/progress';
import { rolloutError } from '../rollout/rollout-error';
import { Snapshot } from '../rollout/snapshot';
import { troublesOf } from '../rollout/object-troubles';

const LOOK_MS = 1_000;

/**
 * Shows the log of a Job that runs one pod at a time until the Job has ended. Returns the exit code of its
 * last pod.
 * @throws UserError when its pods cannot start
 */
export async function followJob(kubectl: Kubectl, name: string): Promise<number> {
  const shown = new Set<string>();
  for (;;) {
    const snapshot = await Snapshot.of(kubectl);
    const job = snapshot.find({ kind: 'Job', name }) as Job | undefined;
    if (job === undefined) throw new Error(`Job ${name} was deleted while its log was followed`);
    const pods = snapshot.podsOf(job);
    const next = pods.find((pod) => hasStarted(pod) && !shown.has(pod.metadata.name));
    if (next !== undefined) {
      shown.add(next.metadata.name);
      await kubectl.onTerminal('logs', '--follow', `pod/${next.metadata.name}`);
      continue;
    }
    const code = exitCodeOf(job, snapshot);
    if (code !== undefined) return code;
    const troubles = troublesOf(job, snapshot);
    if (troubles.some(({ weight }) => weight === 'hopeless')) {
      throw await rolloutError(kubectl, {
        message: 'the files are in the cluster, but the producer cannot start',
        waiting: [`Job ${name}: ${progressOf(job).text}`],
        troubles,
      });
    }
    await sleep(LOOK_MS);
  }
}

function hasStarted({ status }: Pod): boolean {
  return status?.containerStatuses?.some(({ state }) => state.running ?? state.terminated) ?? false;
}

/** Exit code of a Job's last pod; 1 when that pod is gone, undefined while the Job is running. */
export function exitCodeOf(job: Job, snapshot: Snapshot): number | undefined {
  const { isReady, text } = progressOf(job);
  if (isReady) return EXIT.ok;
  if (text !== 'failed') return undefined;
  const pod = snapshot.podsOf(job).at(-1);
  return pod?.status?.containerStatuses?.[0]?.state.terminated?.exitCode ?? EXIT.failed;
}
