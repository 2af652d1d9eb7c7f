/** A job of Flink that ends, and what Flink's REST API tells of it ("REST API" in its documentation). */
import { setTimeout as sleep } from 'node:timers/promises';

import { FlinkRest } from '../local/jobs/flink-rest';
import { getJson } from '../local/services/service';

/** What a run took. */
export interface JobRun {
  /** From the first task's start to the job's end. */
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
 * Starts a job and waits until it has ended.
 * @param flink address of the JobManager
 * @param name of the job, as its definition has it
 * @throws when it did not end well
 */
export async function runToEnd(flink: string, name: string, start: () => Promise<void>): Promise<JobRun> {
  const before = new Set((await new FlinkRest(flink).jobs()).map(({ id }) => id));
  await start();
  const job = (await new FlinkRest(flink).jobs()).find(
    (it) => !before.has(it.id) && it.name.startsWith(`${name}@`),
  );
  if (!job) throw new Error(`${name} was started, but Flink has no such job`);
  let stateBytes = 0;
  for (;;) {
    const { history } = await getJson<Checkpoints>(`${flink}/jobs/${job.id}/checkpoints`);
    // Of tasks that have ended nothing is left in the last one.
    stateBytes = Math.max(
      stateBytes,
      ...history.map((it) => (it.status === 'COMPLETED' ? it.state_size : 0)),
    );
    const details = await getJson<Details>(`${flink}/jobs/${job.id}`);
    if (details.state === 'FINISHED') {
      const first = Math.min(...details.vertices.map((vertex) => vertex['start-time']));
      return { seconds: (details['end-time'] - first) / 1000, stateBytes };
    }
    if (details.state !== 'RUNNING') throw new Error(`${job.name} is ${details.state}`);
    await sleep(POLL_MS);
  }
}
