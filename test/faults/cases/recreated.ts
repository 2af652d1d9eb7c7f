/** The topic is deleted and created again while a producer runs. */
import { setTimeout as sleep } from 'node:timers/promises';

import { Choices, type Context, verify } from '../harness/context';
import { Worker } from '../harness/worker';

/** Pauses between both, milliseconds. */
const PAUSES = [0, 2_000];

/** Delay of answers, so that the producer is in the middle. */
const DELAY = 200;

/** The producer ends and says why, and the next one publishes everything to the new topic. */
export async function recreated(context: Context): Promise<void> {
  const { cluster, archives, counts } = context;
  const { folder, rows } = archives.all;
  for (const [round, pause] of PAUSES.entries()) {
    const topic = `recreated-${round + 1}`;
    const choices = new Choices(context, topic);
    const first = await Worker.start({ cluster, producer: 0, topic, args: [folder] });
    first.network.delay = DELAY;
    await first.until('rows', choices.number(2, 20));
    await cluster.admin(async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      await sleep(pause);
      await admin.createTopics({ topics: [{ topic }] });
    });
    const code = await first.endsWith(0, 1);
    if (code === 1 && !first.said.includes('was deleted')) {
      throw new Error(`the producer does not say that the topic was deleted:\n${first.said}`);
    }
    const second = await Worker.start({ cluster, producer: 1, topic, args: [folder] });
    counts.producers += 2;
    await second.endsWith(0);
    await verify(context, topic, rows);
  }
}
