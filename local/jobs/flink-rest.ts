/**
 * Client of the JobManager's REST API: jobs, savepoints, why a job failed. Source: Flink's documentation,
 * "REST API".
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../contract/user-error';
import { rootCause } from '../../sql/gateway';

/** Terminal states of a job. */
const ENDED = ['FINISHED', 'CANCELED', 'FAILED'];

const POLL_MS = 50;

/** A job as the JobManager lists it. */
export interface FlinkJob {
  readonly id: string;
  readonly name: string;
  /** Flink's name of the state, for example `RUNNING`. */
  readonly state: string;
  /** When it was submitted, milliseconds since 1970. */
  readonly started: number;
}

/** Whether a job has not ended: it is running, starting or restarting. */
export function isActive({ state }: FlinkJob): boolean {
  return !ENDED.includes(state);
}

/** A job and the state of its tasks. */
export interface JobProgress {
  readonly state: string;
  /** True when every task is running or finished. */
  readonly allTasksRun: boolean;
}

export class FlinkRest {
  /** @param address base URL, for example `http://localhost:8083` */
  constructor(private readonly address: string) {}

  /** All jobs that the JobManager knows, the newest first. It forgets them when it stops. */
  async jobs(): Promise<FlinkJob[]> {
    const { jobs } = await this.get<{
      jobs: { jid: string; name: string; state: string; 'start-time': number }[];
    }>('/jobs/overview');
    return jobs
      .map((job) => ({ id: job.jid, name: job.name, state: job.state, started: job['start-time'] }))
      .sort((a, b) => b.started - a.started);
  }

  async progress(id: string): Promise<JobProgress> {
    const { state, vertices } = await this.get<{ state: string; vertices: { status: string }[] }>(
      `/jobs/${id}`,
    );
    const allTasksRun = vertices.every(({ status }) => status === 'RUNNING' || status === 'FINISHED');
    return { state, allTasksRun: allTasksRun && vertices.length > 0 };
  }

  /** Root cause of the last failure of a job; undefined when it has not failed. */
  async failure(id: string): Promise<string | undefined> {
    const { exceptionHistory } = await this.get<{
      exceptionHistory: { entries: { stacktrace: string }[] };
    }>(`/jobs/${id}/exceptions?maxExceptions=1`);
    const [last] = exceptionHistory.entries;
    return last && rootCause(last.stacktrace);
  }

  /**
   * Path of the savepoint of a stopped job; undefined when there is none or the JobManager no longer knows
   * the job.
   */
  async stoppedWith(id: string): Promise<string | undefined> {
    if (!(await this.jobs()).some((job) => job.id === id && job.state === 'FINISHED')) return undefined;
    const { latest } = await this.get<{ latest: { savepoint: { external_path: string } | null } }>(
      `/jobs/${id}/checkpoints`,
    );
    return latest.savepoint?.external_path;
  }

  /**
   * Stops a job with a savepoint in the configured folder, and waits until it has ended. Returns the path of
   * the savepoint.
   * @throws Error with Flink's reason when the savepoint fails; the job then continues
   */
  async stopWithSavepoint(id: string, signal: AbortSignal): Promise<string> {
    const { 'request-id': request } = await this.post<{ 'request-id': string }>(`/jobs/${id}/stop`, {
      drain: false,
    });
    for (;;) {
      const { status, operation } = await this.get<{
        status: { id: string };
        operation?: { location?: string; 'failure-cause'?: { 'stack-trace': string } };
      }>(`/jobs/${id}/savepoints/${request}`);
      if (operation?.['failure-cause']) throw new Error(rootCause(operation['failure-cause']['stack-trace']));
      if (status.id === 'COMPLETED' && operation?.location !== undefined) {
        await this.untilEnded(id, signal);
        return operation.location;
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  /** Cancels a job and waits until it has ended. */
  async cancel(id: string, signal: AbortSignal): Promise<void> {
    await this.request('PATCH', `/jobs/${id}?mode=cancel`);
    await this.untilEnded(id, signal);
  }

  private async untilEnded(id: string, signal: AbortSignal): Promise<void> {
    while (!ENDED.includes((await this.progress(id)).state)) await sleep(POLL_MS, undefined, { signal });
  }

  private get<T>(path: string): Promise<T> {
    return this.request<T>('GET', path);
  }

  private post<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>('POST', path, body);
  }

  private async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.address + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch((error: unknown) => {
      throw new UserError(
        'JOB_FAILED',
        `the JobManager at ${this.address} does not answer: ${String((error as Error).cause)}`,
        { fix: 'wait until `npm start` reports that the services are up' },
      );
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${this.address}${path} answered ${response.status}: ${errorText(text)}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }
}

/** The JobManager responds with `{"errors": ["<stack trace>"]}`. */
function errorText(body: string): string {
  try {
    const { errors = [] } = JSON.parse(body) as { errors?: string[] };
    return rootCause(errors.at(-1) ?? body);
  } catch {
    return body;
  }
}
