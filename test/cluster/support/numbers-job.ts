/** The job of `numbers.ts` as the JobManager and its results show it. */
import { FLINK_PORTS } from '../../../constructs/flink/ports';
import { BrokerAccess } from './broker-access';
import type { Cluster } from './cluster';
import { getJson } from './messages';
import { committedCopies, committedSums, NumberSource, SeenCopies, sumsBelow } from './numbers';

/** A job, as the JobManager lists it. */
export interface FlinkJob {
  readonly jid: string;
  readonly name: string;
  readonly state: string;
  readonly tasks: { readonly total: number; readonly running: number };
}

export class NumbersJob {
  private access: BrokerAccess | undefined;
  private source: NumberSource | undefined;
  private copies: SeenCopies | undefined;

  /** @param jobManager name of the Service */
  constructor(
    private readonly cluster: Cluster,
    private readonly jobManager: string,
  ) {}

  /** Applies the manifest, and sends numbers once Kafka is ready. */
  async up(manifest: string): Promise<void> {
    await this.cluster.apply(manifest);
    await this.cluster.untilComplete('kafka-topics', 180);
    await this.cluster.untilReady(180);
    this.access = await BrokerAccess.open(this.cluster);
    this.source = new NumberSource(this.cluster, this.access);
    await this.source.start();
    this.copies = await SeenCopies.follow(this.access);
  }

  async down(): Promise<void> {
    await this.source?.stop();
    await this.copies?.stop();
    await this.access?.close();
    await this.cluster.remove();
  }

  /** Asks the JobManager. */
  rest<T>(path: string): Promise<T> {
    return this.cluster.forward(`svc/${this.jobManager}`, FLINK_PORTS.rest, ({ url }) =>
      getJson<T>(url + path),
    );
  }

  /** The job, once all its tasks run. Jobs that ended before it do not count. */
  untilRuns(seconds = 180): Promise<FlinkJob> {
    return this.cluster.until('the job runs', seconds, async () => {
      const { jobs } = await this.rest<{ jobs: FlinkJob[] }>('/jobs/overview');
      const [job, ...others] = jobs.filter(({ state }) => !['FINISHED', 'CANCELED'].includes(state));
      if (others.length > 0) throw new Error(`more than one job: ${jobs.map(({ name }) => name).join()}`);
      return job?.state === 'RUNNING' && job.tasks.running === job.tasks.total && job;
    });
  }

  /** Where the job's state came from when it was last started. */
  async restoredFrom({ jid }: FlinkJob): Promise<string | undefined> {
    const { latest } = await this.rest<{ latest: { restored: { external_path: string } | null } }>(
      `/jobs/${jid}/checkpoints`,
    );
    return latest.restored?.external_path;
  }

  /** Waits until a number is copied that is sent from now on. */
  async untilCopies(): Promise<void> {
    const next = this.running.sent + 100;
    await this.cluster.until('new copies', 180, () => Promise.resolve(this.copies?.has(next)));
  }

  /**
   * Stops sending, and expects that every number was copied once, and that the sums are right.
   * @returns how many numbers were sent
   */
  async expectExact(): Promise<number> {
    await this.running.stop();
    const { sent } = this.running;
    await this.cluster.until('the last results', 60, async () => {
      const [copies, sums] = [await committedCopies(this.cluster), await committedSums(this.cluster)];
      return copies.length >= sent && sums.reduce((total, { amount }) => total + amount, 0) >= sent;
    });
    const copies = await committedCopies(this.cluster);
    expect(copies).toHaveLength(sent);
    expect(copies.sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, n) => n));
    expect(await committedSums(this.cluster)).toEqual(sumsBelow(sent));
    return sent;
  }

  private get running(): NumberSource {
    if (this.source === undefined) throw new Error('no numbers are sent: call up() first');
    return this.source;
  }
}
