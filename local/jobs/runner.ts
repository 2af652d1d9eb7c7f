/**
 * Starts and stops jobs on the services of this machine. A changed job continues with the state of the
 * previous one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { rm } from 'node:fs/promises';
import { contentHash } from '../../constructs/common/hash';
import { splitStatements } from '../../constructs/sql/script';
import { type JobDefinition, jobSql } from '../../jobs/definition';
import { hasCode, UserError } from '../../contract/user-error';
import { takeFile } from '../lock';
import { readSchema } from '../../avro/folder';
import { addresses, type LocalSettings } from '../settings';
import { SqlSession } from '../../sql/gateway';
import { type FlinkJob, FlinkRest, isActive } from './flink-rest';
import { type JobRecord, lastState, lockFile, readRecord, removeOutlived, writeRecord } from './record';
import { registerSchemas } from './registration';
import { ensureTopics } from './topics';

/** How long a job may take until all its tasks run: on a busy machine they start one after another. */
const START_LIMIT_MS = 90_000;

/** How long a job may take until it can be stopped: it may be restarting after a failure. */
const STOP_LIMIT_MS = 60_000;

const POLL_MS = 50;

const SEE_LOG = 'read the logs of Flink in .local/log';

/** What happens to the state of the previous job. */
export interface StartOptions {
  /** Start without it. @default false */
  readonly fresh?: boolean;
  /** Drop state that the changed script cannot use. @default false: such state is an error */
  readonly dropUnmatched?: boolean;
}

export class JobRunner {
  private readonly flink: FlinkRest;

  /**
   * @param say receives progress messages
   * @param signal stops waiting; a submitted job continues
   */
  constructor(
    private readonly settings: LocalSettings,
    private readonly say: (text: string) => void,
    private readonly signal: AbortSignal,
  ) {
    this.flink = new FlinkRest(addresses(settings).flink);
  }

  /** The running Flink job of a definition; undefined when there is none. */
  async find(job: JobDefinition): Promise<FlinkJob | undefined> {
    const jobs = await this.flink.jobs();
    return jobs.find((it) => isActive(it) && it.name.startsWith(`${job.name}@`));
  }

  /** Creates the topics of a job and registers its schemas, unless they exist. */
  async prepare(job: JobDefinition): Promise<void> {
    const url = addresses(this.settings);
    await ensureTopics(url.kafka, job.topics);
    await registerSchemas(url.registry, job);
  }

  /**
   * Creates the topics of a job, registers its schemas and starts it, unless it is running. A changed job
   * takes over from the running one; a stopped job continues where it stopped. Resolves when all its tasks
   * are running.
   * @throws UserError when it cannot be started, or cannot use the existing state
   */
  async start(job: JobDefinition, options: StartOptions = {}): Promise<void> {
    const url = addresses(this.settings);
    await this.prepare(job);
    const sql = jobSql(job, { bootstrapServers: url.kafka, registryUrl: url.registry }, readSchema);
    await this.locked(job, () => this.startLocked(job, sql, options));
  }

  /** Stops a job with a savepoint, from which its next start continues. False when it is not running. */
  stop(job: JobDefinition): Promise<boolean> {
    return this.locked(job, async () => {
      const running = await this.find(job);
      if (running) await this.stopRunning(job, running);
      return running !== undefined;
    });
  }

  private async startLocked(job: JobDefinition, sql: string, options: StartOptions): Promise<void> {
    const hash = contentHash(sql);
    const name = `${job.name}@${hash}`;
    const running = await this.find(job);
    if (running?.name === name && !options.fresh) {
      this.say(`${name} is already ${running.state}`);
      await this.adopt(job, hash, running.id);
      return this.untilRunning(job, running.id);
    }
    if (running && options.fresh) await this.flink.cancel(running.id, this.signal);
    else if (running) {
      this.say(`its SQL has changed: stopping ${running.name} with a savepoint`);
      await this.stopRunning(job, running);
    }
    const record = await readRecord(this.settings, job.name);
    const from = options.fresh || !record ? undefined : await this.stateOf(record);
    this.say(from === undefined ? `starting ${name}` : `starting ${name} from ${from}`);
    const id = await this.submit(sql, {
      'pipeline.name': name,
      ...(from === undefined ? {} : { 'execution.state-recovery.path': from }),
      ...(options.dropUnmatched ? { 'execution.state-recovery.ignore-unclaimed-state': 'true' } : {}),
    });
    // Recorded before it runs: if the state does not fit, or this process is killed, the next start begins
    // from the same state.
    await writeRecord(this.settings, job.name, { hash, id, from });
    await this.untilStarted(job, id, from);
    if (record) await removeOutlived(this.settings, record);
  }

  /** Records a job whose start was interrupted after it was submitted. */
  private async adopt(job: JobDefinition, hash: string, id: string): Promise<void> {
    const record = await readRecord(this.settings, job.name);
    if (record?.id === id) return;
    const from = record && (await lastState(this.settings, record));
    await writeRecord(this.settings, job.name, { hash, id, from });
  }

  /** The latest state of a job. Only the JobManager knows of a stop by other means. */
  private async stateOf(record: JobRecord): Promise<string | undefined> {
    return (await this.flink.stoppedWith(record.id)) ?? lastState(this.settings, record);
  }

  private async stopRunning(job: JobDefinition, running: FlinkJob): Promise<void> {
    const savepoint = await this.savepoint(running);
    const hash = running.name.slice(job.name.length + 1);
    await writeRecord(this.settings, job.name, { hash, id: running.id, savepoint });
    this.say(`${running.name} is stopped; its state is in ${savepoint}`);
  }

  /** A job whose tasks are starting or restarting cannot make a savepoint yet. */
  private async savepoint(running: FlinkJob): Promise<string> {
    const limit = Date.now() + STOP_LIMIT_MS;
    for (;;) {
      try {
        return await this.flink.stopWithSavepoint(running.id, this.signal);
      } catch (error) {
        if (this.signal.aborted) throw error;
        if (Date.now() > limit) {
          throw new UserError(
            'JOB_FAILED',
            `${running.name} could not be stopped with a savepoint and continues: ${(error as Error).message}`,
            { fix: `${SEE_LOG}; --fresh discards its state` },
          );
        }
      }
      await sleep(POLL_MS, undefined, { signal: this.signal });
    }
  }

  /** Runs all statements of a job. Returns the id of the job that the last one starts. */
  private async submit(sql: string, properties: Readonly<Record<string, string>>): Promise<string> {
    const session = await SqlSession.open(addresses(this.settings).gateway, properties);
    try {
      let answer: readonly (readonly unknown[])[] = [];
      for (const statement of splitStatements(sql)) {
        answer = (await session.all(statement, { signal: this.signal })).rows;
      }
      return String(answer[0]?.[0]);
    } catch (error) {
      if (!hasCode(error, 'SQL_FAILED')) throw error;
      throw new UserError('JOB_FAILED', `Flink refuses the SQL: ${error.message}`, {
        fix: 'correct it in jobs/',
      });
    } finally {
      await session.close().catch(() => undefined);
    }
  }

  /** Waits until all tasks of a job run. */
  private async untilRunning(job: JobDefinition, id: string): Promise<void> {
    const limit = Date.now() + START_LIMIT_MS;
    while (!(await this.isRunning(id))) {
      if (Date.now() > limit) {
        const failure = await this.flink.failure(id);
        throw failure === undefined
          ? noSlotError(job)
          : new UserError('JOB_FAILED', `${job.name} does not run: ${failure}`, { fix: SEE_LOG });
      }
      await sleep(POLL_MS, undefined, { signal: this.signal });
    }
  }

  /** Waits, but cancels a job that fails before all its tasks run: it cannot run. */
  private async untilStarted(job: JobDefinition, id: string, from: string | undefined): Promise<void> {
    const limit = Date.now() + START_LIMIT_MS;
    while (!(await this.isRunning(id))) {
      const failure = await this.flink.failure(id);
      if (failure !== undefined || Date.now() > limit) {
        await this.flink.cancel(id, this.signal).catch(() => undefined);
        throw failure === undefined ? noSlotError(job) : failedError(job, failure, from);
      }
      await sleep(POLL_MS, undefined, { signal: this.signal });
    }
  }

  private async isRunning(id: string): Promise<boolean> {
    const { state, allTasksRun } = await this.flink.progress(id);
    return (state === 'RUNNING' && allTasksRun) || state === 'FINISHED';
  }

  /** One process at a time: if two start the same job, the second finds it running. */
  private async locked<T>(job: JobDefinition, work: () => Promise<T>): Promise<T> {
    const file = lockFile(this.settings, job.name);
    let reported = false;
    for (;;) {
      const other = await takeFile(file);
      if (!other) break;
      if (!reported) this.say(`waiting for process ${other.pid}, which starts or stops ${job.name}`);
      reported = true;
      await sleep(POLL_MS, undefined, { signal: this.signal });
    }
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  }
}

function noSlotError(job: JobDefinition): UserError {
  return new UserError(
    'JOB_FAILED',
    `${job.name} did not run within ${START_LIMIT_MS / 1000} s: no free task slot`,
    { fix: 'stop another job or query (`npm run job -- --list`, the Flink dashboard), then start it again' },
  );
}

function failedError(job: JobDefinition, failure: string, from: string | undefined): UserError {
  if (from === undefined)
    return new UserError('JOB_FAILED', `${job.name} failed: ${failure}`, { fix: SEE_LOG });
  const command = `npm run job -- ${job.name}`;
  return new UserError('JOB_FAILED', `${job.name} cannot start from ${from}: ${failure}`, {
    fix:
      `if the state does not fit the changed SQL, drop the state that does not fit (${command} --drop-unmatched), ` +
      `start without state (${command} --fresh), or undo the change: the previous SQL can start from this state`,
  });
}
