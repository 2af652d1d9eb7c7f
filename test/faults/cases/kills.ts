/** Two producers that are killed at random moments and started again, until all is published. */
import { setTimeout as sleep } from 'node:timers/promises';

import { Choices, type Context, differenceOf, verify } from '../harness/context';
import { Faults } from '../harness/faults';
import type { Moment } from '../harness/network';
import { Worker } from '../harness/worker';

/** Producers at the same time, and how often each is killed before its share may end. */
const SHARES = 2;
const KILLS_OF_SHARE = 6;

/** When a producer is killed. */
interface Plan {
  readonly signal: 'SIGKILL' | 'SIGTERM';
  /** After its start, or after the n-th such moment. */
  readonly moment: Moment | 'start';
  readonly nth: number;
  /** Milliseconds after the moment. */
  readonly after: number;
}

/** Moments in which a producer is killed, those that matter most more often. */
const MOMENTS: readonly (Moment | 'start')[] = [
  ...Array.from({ length: 9 }, () => 'rows' as const),
  ...(['begin', 'progress', 'commit', 'answer to commit', 'answer to commit', 'take', 'start'] as const),
];

/** Delays of answers, milliseconds. With the longest, archives are committed in parts. */
const DELAYS = [0, 0, 0, 10, 30, 100, 300, 1_500];

/** Kills producers until `kills` were killed, and verifies each topic when its archives are published. */
export async function kills(context: Context, wanted: number): Promise<void> {
  const { archives, report } = context;
  let left = wanted;
  let verifying = Promise.resolve();
  await Faults.during(context, { part: 'kills' }, async () => {
    for (let round = 1; left > 0; round++) {
      const topic = `kills-${round}`;
      left -= await publishAll(context, { topic, kills: left });
      report.step(`${topic}: published, ${wanted - left} of ${wanted} kills`);
      await verifying; // of the round before
      verifying = verify(context, topic, archives.all.rows);
      verifying.catch(() => undefined); // it is awaited later
    }
  });
  await verifying;
}

/** The same faults without transactions: the comparison must find rows that are there twice. */
export async function control(context: Context): Promise<void> {
  const topic = 'control';
  const killed = await Faults.during(context, { part: topic }, () =>
    publishAll(context, { topic, kills: 4, args: ['--at-least-once'] }),
  );
  const { twice } = await differenceOf(topic, context.archives.all.rows);
  if (twice === 0)
    throw new Error(`${killed} kills with --at-least-once gave no row twice: these faults prove nothing`);
  context.report.step(
    `${topic}: ${killed} kills with --at-least-once gave ${twice} rows twice, as they must`,
  );
}

interface Round {
  readonly topic: string;
  /** Kills at most. */
  readonly kills: number;
  readonly args?: readonly string[];
}

/** Publishes all archives to a topic. Returns how many producers were killed. */
async function publishAll(context: Context, round: Round): Promise<number> {
  const { topic, kills, args = [] } = round;
  let killed = 0;
  const share = async (index: number): Promise<void> => {
    const choices = new Choices(context, `${topic} ${index}`);
    for (let attempt = 1; ; attempt++) {
      const plan = killed < kills && attempt <= KILLS_OF_SHARE ? planOf(choices, args.length > 0) : undefined;
      const worker = await Worker.start({
        cluster: context.cluster,
        ...{ producer: index, topic },
        args: [...args, '--share', `${index}/${SHARES}`, context.archives.all.folder],
      });
      context.counts.producers += 1;
      const { network } = worker;
      network.delay = plan ? choices.oneOf(DELAYS) : 0;
      if (plan) {
        void at(worker, plan, () => {
          if (plan.signal === 'SIGTERM') worker.terminate();
          else if (killed < kills) {
            killed += 1;
            context.counts.kills[network.phase] += 1;
            worker.kill();
          }
        });
      }
      if ((await worker.end()) === 'killed') continue;
      const code = await worker.endsWith(0, 143);
      if (code === 0) return;
      context.counts.terminated += 1;
    }
  };
  await Promise.all(Array.from({ length: SHARES }, (_, index) => share(index)));
  return killed;
}

function planOf(choices: Choices, isAtLeastOnce: boolean): Plan {
  const moment = choices.oneOf(MOMENTS);
  return {
    signal: choices.number(1, 8) === 1 ? 'SIGTERM' : 'SIGKILL',
    // Without transactions, there are no others.
    moment: isAtLeastOnce ? 'rows' : moment,
    nth: moment === 'rows' || isAtLeastOnce ? choices.number(1, 20) : choices.number(1, 2),
    after: moment === 'start' ? choices.number(0, 2_000) : choices.number(0, 1) * choices.number(0, 50),
  };
}

/** Does something when the moment of the plan has come, if the producer still runs. */
async function at(worker: Worker, { moment, nth, after }: Plan, act: () => void): Promise<void> {
  if (moment !== 'start') await worker.until(moment, nth);
  // Without a pause, it happens before the request or the answer goes on.
  if (after > 0) await sleep(after);
  if (worker.isRunning) act();
}
