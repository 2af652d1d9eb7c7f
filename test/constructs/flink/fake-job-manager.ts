/** A JobManager without Flink, for tests of the script that submits jobs. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface FakeJob {
  jid: string;
  name: string;
  state: string;
  savepoint?: string;
}

/**
 * Answers like the JobManager's REST API as far as the script asks it. Jobs' start times follow their order.
 */
export class FakeJobManager {
  readonly jobs: FakeJob[] = [];
  readonly requests: string[] = [];
  /** How many savepoints fail before one succeeds. */
  savepointsThatFail = 0;
  /** State of a job that is submitted. */
  startsAs = 'RUNNING';
  /**
   * What becomes of a submitted job once its tasks, which are initializing when it is first asked for, have
   * started.
   */
  becomes: string | undefined;
  private readonly server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path !== '/jobs/overview') this.requests.push(`${request.method} ${path}`);
    response.setHeader('content-type', 'application/json; charset=UTF-8');
    response.end(JSON.stringify(this.answer(request.method ?? '', path)));
  });

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
  }

  add(name: string, state: string, savepoint?: string): string {
    const jid = String(this.jobs.length + 1).padStart(32, '0');
    this.jobs.push({ jid, name, state, savepoint });
    return jid;
  }

  private answer(method: string, path: string): unknown {
    if (path === '/jobs/overview') {
      return {
        jobs: this.jobs.map(({ jid, name, state }, index) => ({
          jid,
          name,
          'start-time': 1000 + index,
          'end-time': -1,
          duration: 5,
          state,
          'last-modification': 7,
          tasks: { total: 1, running: 1 },
          'pending-operators': 0,
        })),
      };
    }
    const [, id, what, trigger] = /^\/jobs\/([^/?]+)(?:\/([a-z]+))?(?:\/(\w+))?/.exec(path) ?? [];
    const job = this.jobs.find(({ jid }) => jid === id);
    // The fake SQL client submits a job with PUT.
    if (method === 'PUT') return this.add(decodeURIComponent(id ?? ''), this.startsAs);
    if (!job) return { errors: [`Job ${id} not found`] };
    if (method === 'PATCH') {
      job.state = 'CANCELED';
      return {};
    }
    switch (what ?? '') {
      case 'stop':
        if (this.savepointsThatFail === 0)
          Object.assign(job, { state: 'FINISHED', savepoint: 'file:/state/savepoints/savepoint-1' });
        return { 'request-id': 'feed' };
      case 'savepoints':
        return this.savepointsThatFail > 0 && this.savepointsThatFail--
          ? {
              status: { id: 'COMPLETED' },
              operation: {
                'failure-cause': {
                  class: 'java.io.IOException',
                  'stack-trace': 'java.io.IOException: no\n\tat a.B\nCaused by: disk full\n\tat c.D',
                },
              },
            }
          : {
              status: { id: trigger === 'feed' ? 'COMPLETED' : 'IN_PROGRESS' },
              operation: { location: job.savepoint },
            };
      case 'checkpoints':
        return {
          counts: { completed: 3 },
          latest: {
            completed: { id: 3, external_path: 'file:/state/checkpoints/chk-3' },
            savepoint: job.savepoint ? { id: 4, external_path: job.savepoint, discarded: false } : null,
          },
        };
      case 'exceptions':
        return {
          'root-exception': 'java.lang.Exception: no\n\tat a.B\nCaused by: state "x" has no place',
          timestamp: 5,
        };
      default: {
        const starting = this.becomes === undefined ? 0 : 1;
        const { state } = job;
        job.state = this.becomes ?? state;
        this.becomes = undefined;
        const tasks = { INITIALIZING: starting, RUNNING: 1 - starting };
        const timestamps = { CREATED: 1700000000000, INITIALIZING: 1700000000000, RUNNING: 1700000000001 };
        return {
          jid: id,
          name: job.name,
          state,
          timestamps,
          vertices: [{ id: 'v', status: 'RUNNING', tasks }],
        };
      }
    }
  }
}
