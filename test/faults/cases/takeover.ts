/** Several producers on the same stations. */
import { Choices, type Context, verify } from '../harness/context';
import { Faults, type Kind } from '../harness/faults';
import { Worker } from '../harness/worker';

const TAKEOVERS = 2;

/** Faults beside it. A producer may be slow to start, so brokers and the registry stay. */
const KINDS: readonly Kind[] = ['connections', 'leaders'];

const TAKEN_OVER = 'another producer has taken over the station';

/** Two producers on one station: the second one takes over, and the first one ends with exit 1. */
export async function takeover(context: Context): Promise<void> {
  const { cluster, archives, counts } = context;
  const { folder, rows } = archives.station;
  for (let round = 1; round <= TAKEOVERS; round++) {
    const topic = `takeover-${round}`;
    const choices = new Choices(context, topic);
    await Faults.during(context, { part: topic, kinds: KINDS }, async () => {
      const first = await Worker.start({ cluster, producer: 0, topic, args: [folder] });
      await first.until('rows', choices.number(1, 10));
      const release = first.network.hold();
      const second = await Worker.start({ cluster, producer: 1, topic, args: [folder] });
      counts.producers += 2;
      await second.until('answer to take', 1);
      release();
      await second.endsWith(0);
      await first.endsWith(1);
      if (!first.said.includes(TAKEN_OVER))
        throw new Error(`the first producer says something else:\n${first.said}`);
      counts.takenOver += 1;
    });
    await verify(context, topic, rows);
  }
}

/**
 * Two producers are replaced by three halfway: one is killed, the other one goes on until a station of it is
 * taken. Which of two that have a station goes on is open; the one that does not is started again.
 */
export async function shares(context: Context): Promise<void> {
  const { cluster, archives, counts } = context;
  const { folder, rows } = archives.all;
  const topic = 'shares';
  const choices = new Choices(context, topic);
  const start = (producer: number, share: string): Promise<Worker> => {
    counts.producers += 1;
    return Worker.start({ cluster, producer, topic, args: ['--share', share, folder] });
  };
  const untilDone = async (index: number): Promise<void> => {
    while ((await (await start(index, `${index}/3`)).endsWith(0, 1)) !== 0) counts.takenOver += 1;
  };
  await Faults.during(context, { part: topic, kinds: KINDS }, async () => {
    const [killed, kept] = [await start(0, '0/2'), await start(3, '1/2')];
    await Promise.all([
      killed.until('rows', choices.number(1, 8)).then(() => {
        counts.kills[killed.network.phase] += 1;
        killed.kill();
      }),
      kept.until('rows', choices.number(1, 8)).then(() => {
        const release = kept.network.hold();
        setTimeout(release, choices.number(2_000, 10_000));
      }),
    ]);
    await killed.end();
    await Promise.all([untilDone(0), untilDone(1), untilDone(2)]);
    if ((await kept.endsWith(0, 1)) === 1) counts.takenOver += 1;
  });
  await verify(context, topic, rows);
}
