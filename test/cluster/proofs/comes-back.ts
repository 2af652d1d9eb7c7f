/** Pods are killed, one after another and all at once: they come back, and nothing is lost. */
import type { LaptopProps } from '../../../charts/index';
import { instanceOf, isReady } from '../support/objects';
import {
  addCountingJob,
  COUNTED,
  COUNTS,
  COUNTS_TABLE,
  countingJob,
  PRODUCERS,
  SUBMIT_JOB,
  TOPICS_JOB,
  type CountingJob,
  type JobState,
} from '../support/counting-job';
import { committedRows } from '../support/committed-rows';
import { consume } from '../support/console-consumer';
import { isBack, kill, killAll, type Kill } from '../support/kills';
import { sumOf } from '../support/rows';
import { ClusterSql } from '../support/sql';
import { fastProducers, slowProducers } from '../support/slow-producer';
import type { Stack } from '../support/stack';

/** A pod that is killed. */
export interface Killed {
  readonly workload: string;
  readonly how: Kill;
  /** Whether the query's tasks end with it, so that they begin again from a checkpoint. */
  readonly restoresQuery?: boolean;
}

/** Seconds until a pod is ready again. */
const BACK_LIMIT = 60;

/** Seconds until all are ready again. */
const ALL_BACK_LIMIT = 120;

/** Bytes per second of the producer that is killed: it takes a minute for its rows. */
const RATE = 20_000;

/**
 * Seconds until the query has a checkpoint again. Flink may need its `heartbeat.timeout` of 50 s to notice
 * that a process is gone, when no connection tells.
 */
const QUERY_LIMIT = 120;

/**
 * @param props props that the stack has now
 * @param isProducerKilled whether the producer of the rows that the query counts is killed halfway
 * @param kills one after another; the pods of one entry are killed at the same time
 */
export function comesBack(
  stack: Stack,
  props: LaptopProps,
  isProducerKilled: boolean,
  kills: readonly (readonly Killed[])[],
): void {
  const { cluster } = stack;
  let added: CountingJob;
  let query: JobState;
  const { name: producerJob } = PRODUCERS.first;
  const withJob = (...producers: (keyof typeof PRODUCERS)[]): string =>
    stack.variant(props, (chart) => {
      added = addCountingJob(chart, producers);
    }).manifest;

  beforeAll(async () => {
    await cluster.apply(withJob());
    await cluster.untilComplete(TOPICS_JOB, 60);
    await cluster.untilComplete(SUBMIT_JOB, 120);
    query = await countingJob(cluster);
  });

  if (isProducerKilled) publishesOnceThoughKilled();
  else {
    beforeAll(async () => {
      await cluster.apply(withJob('first'));
      await cluster.untilComplete(producerJob, 120);
    });
  }

  test.each(kills.map((killed) => [namesOf(killed), killed] as const))(
    '%s: back, and the query continues',
    async (_, killed) => {
      const began = Date.now();
      await Promise.all(
        killed.map(async ({ workload, how }) => {
          const pod = await cluster.pod(workload);
          await kill(cluster, pod, how);
          await cluster.until(`${workload} back`, BACK_LIMIT, async () =>
            isBack(pod, await cluster.pods(workload)),
          );
          stack.print(`${workload}, ${how}: back after ${since(began)}`);
        }),
      );
      await queryGoesOn(
        began,
        killed.some(({ restoresQuery }) => restoresQuery),
      );
    },
  );

  test('all at once: they come back, the query continues, and every row still exists', async () => {
    const before = await rows();
    const old = new Set((await cluster.pods()).map(({ metadata }) => metadata.uid));
    const workloads = new Set((await cluster.pods()).filter(isReady).map(instanceOf));
    const began = Date.now();
    await killAll(cluster);
    await cluster.until('all back', ALL_BACK_LIMIT, async () => {
      const pods = await cluster.pods();
      const ready = pods.filter((pod) => isReady(pod) && !old.has(pod.metadata.uid)).map(instanceOf);
      return [...workloads].every((workload) => ready.includes(workload));
    });
    stack.print(`all pods at once: back after ${since(began)}`);
    await queryGoesOn(began, true);

    await cluster.apply(withJob('first', 'second'));
    await cluster.untilComplete(PRODUCERS.second.name, 120);
    const after = await rows();
    expect(after - before).toBe((await stack.sampleRows()).length);
    await cluster.until('every row counted', 60, async () => (await counted()) === after);
  });

  function publishesOnceThoughKilled(): void {
    test('a producer that is killed halfway publishes every row, and none twice', async () => {
      await slowProducers(cluster, RATE);
      await cluster.apply(withJob('first'));
      const pod = await cluster.until('rows committed', 60, async () => {
        const [first] = await cluster.pods(producerJob);
        if (first === undefined) return undefined;
        return /[1-9][\d,]* committed/.test(await cluster.logs(`pod/${first.metadata.name}`)) && first;
      });
      expect(pod.status.phase).toBe('Running');
      await kill(cluster, pod, 'delete');
      await fastProducers(cluster);
      await cluster.untilComplete(producerJob, 180);
      const expected = await stack.sampleSum();
      expect(await sql().sum(COUNTED.table)).toEqual(expected);
      await stack.memory.without(async () => {
        expect(sumOf(await committedRows(cluster, COUNTED.topic))).toEqual(expected);
        // Those of the transaction that the killed producer left open are still in the log.
        const all = await consume(cluster, COUNTED.topic, ['--timeout-ms 5000']);
        stack.print(`producer killed halfway: ${all.length} rows in the log, ${expected.count} committed`);
        expect(all.length).toBeGreaterThan(expected.count);
      });
    });
  }

  /** The same job of Flink runs and has made a checkpoint since. */
  async function queryGoesOn(began: number, restored: boolean): Promise<void> {
    await cluster.until('a checkpoint of the query', QUERY_LIMIT, async () => {
      const now = await countingJob(cluster);
      if (now.id !== query.id) throw new Error(`the query was ${query.id}, now it is ${now.id}`);
      return now.state === 'RUNNING' && now.checkpoint > began && (!restored || now.restored > began);
    });
    stack.print(`  the query goes on${restored ? ' from its checkpoint' : ''} after ${since(began)}`);
  }

  const sql = (): ClusterSql => new ClusterSql(cluster, [added.countedTable, COUNTS_TABLE]);

  /** Committed rows in the topic. */
  async function rows(): Promise<number> {
    const [row] = await sql().query(`SELECT COUNT(*) AS n FROM ${COUNTED.table}`);
    return Number(row?.n);
  }

  /** Rows that the query has counted: each site's latest count is its largest. */
  async function counted(): Promise<number> {
    const [row] = await sql().query(
      `SELECT SUM(amount) AS n FROM (SELECT MAX(amount) AS amount FROM ${COUNTS.table} GROUP BY site)`,
    );
    return Number(row?.n);
  }
}

/** `flink-sql-client, delete; kafka-broker, crash`. */
function namesOf(killed: readonly Killed[]): string {
  return killed.map(({ workload, how }) => `${workload}, ${how}`).join('; ');
}

function since(began: number): string {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}
