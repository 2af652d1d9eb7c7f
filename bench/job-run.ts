/**
 * Runs a Flink job to its end, and reads its results from Flink's REST API (flink.apache.org, "REST API").
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { FlinkRest } from '../local/jobs/flink-rest';
import { getJson } from '../local/services/service';

/** Results of a run. */
export interface JobRun {
  /** From the start of the first task to the end of the job. */
  readonly seconds: number;
  /** Size of its largest checkpoint. */
  readonly stateBytes: number;
}

interface Details {
  readonly state: string;
  readonly 'end-time': number;
  readonly vertices: readonly { readonly 'start-time': number }[];
}

interface Checkpoints {
  readonly history: readonly { readonly status: string; readonly state_size: number }[];
}

const POLL_MS = 500;

/**
 * Starts a job and waits until it has finished.
 * @param flink address of the JobManager
 * @param name name of the job in its definition
 * @throws if it does not finish
 */
export async function runToEnd(flink: string, name: string, start: () => Promise<void>): Promise<JobRun> {
  const before = new Set((await new FlinkRest(flink).jobs()).map(({ id }) => id));
  await start();
  const job = (await new FlinkRest(flink).jobs()).find(
    (it) => !before.has(it.id) && it.name.startsWith(`${name}@`),
  );
  if (!job) throw new Error(`Flink has no job ${name} after it was started`);
  let stateBytes = 0;
  for (;;) {
    const { history } = await getJson<Checkpoints>(`${flink}/jobs/${job.id}/checkpoints`);
    // The last checkpoint has no state of tasks that have finished, so use the largest one.
    stateBytes = Math.max(
      stateBytes,
      ...history.map((it) => (it.status === 'COMPLETED' ? it.state_size : 0)),
    );
    const details = await getJson<Details>(`${flink}/jobs/${job.id}`);
    if (details.state === 'FINISHED') {
      const first = Math.min(...details.vertices.map((vertex) => vertex['start-time']));
      return { seconds: (details['end-time'] - first) / 1000, stateBytes };
    }
    if (details.state !== 'RUNNING')
      throw new Error(`${job.name} is ${details.state}; expected it to run until it is FINISHED`);
    await sleep(POLL_MS);
  }
}
