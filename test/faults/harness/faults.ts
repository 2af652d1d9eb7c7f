/** Faults that go on beside the producers: brokers, leaders, connections and the registry. */
import { setTimeout as sleep } from 'node:timers/promises';

import { BROKERS } from './broker';
import { Choices, type Context } from './context';

/** Pauses between faults of a kind, milliseconds. */
const EVERY = {
  brokers: [5_000, 20_000],
  leaders: [500, 2_500],
  connections: [300, 2_000],
  registry: [30_000, 90_000],
} as const;

export type Kind = keyof typeof EVERY;

/** How long a broker and the registry are away before they are started again, milliseconds. */
const AWAY = [0, 4_000] as const;

/** How long a leader may take to move, milliseconds. */
const MOVE_LIMIT = 5_000;

/** Topics whose leaders move: rows, progress, and those of the coordinators of transactions. */
const MOVED = /^(?!__)|^__transaction_state$/;

/** Faults until they are stopped. */
export class Faults {
  private readonly stopping = new AbortController();
  private readonly loops: Promise<void>[];

  private constructor(
    private readonly context: Context,
    private readonly part: string,
    kinds: readonly Kind[],
  ) {
    this.loops = kinds.map((kind) => this.loop(kind));
    for (const loop of this.loops) loop.catch(() => undefined); // `during` gives the error
  }

  /**
   * Does something under faults, and waits until everything is there again. Throws when something did not
   * come back.
   * @param part of the run, which has choices of its own
   */
  static async during<T>(
    context: Context,
    {
      part,
      kinds = ['brokers', 'leaders', 'connections', 'registry'],
    }: { part: string; kinds?: readonly Kind[] },
    work: () => Promise<T>,
  ): Promise<T> {
    const faults = new Faults(context, part, kinds);
    try {
      return await work();
    } finally {
      faults.stopping.abort();
      await Promise.all(faults.loops);
    }
  }

  private async loop(kind: Kind): Promise<void> {
    const choices = new Choices(this.context, `${this.part} ${kind}`);
    const [min, max] = EVERY[kind];
    for (;;) {
      await this.pause(choices.number(min, max));
      if (this.stopping.signal.aborted) return;
      await this[kind](choices);
    }
  }

  /** Kills a broker, one at a time, so that the others still have all that is acknowledged. */
  private async brokers(choices: Choices): Promise<void> {
    const { cluster, counts } = this.context;
    const id = choices.oneOf(BROKERS);
    await cluster.killBroker(id);
    counts.brokerKills += 1;
    await this.pause(choices.number(...AWAY));
    await cluster.startBroker(id);
    await cluster.allInSync();
  }

  private async registry(choices: Choices): Promise<void> {
    const { cluster, counts } = this.context;
    await cluster.killRegistry();
    counts.registryOutages += 1;
    await this.pause(choices.number(...AWAY));
    await cluster.startRegistry();
  }

  private connections(choices: Choices): Promise<void> {
    const { cluster, counts } = this.context;
    const network = choices.oneOf(cluster.networks);
    if (choices.number(0, 1) === 0) {
      counts.connectionsCut += network.cut();
    } else {
      network.loseAnswer(() => (counts.answersLost += 1));
    }
    return Promise.resolve();
  }

  /** Moves the leader of a partition to another of its replicas, by making that one the preferred one. */
  private async leaders(choices: Choices): Promise<void> {
    const [which, turn] = [choices.number(0, 999), choices.number(1, BROKERS.length - 1)];
    // A broker may be away; then this move is left out.
    if (await this.move(which, turn).catch(() => false)) this.context.counts.leaderMoves += 1;
  }

  private move(which: number, turn: number): Promise<boolean> {
    return this.context.cluster.admin(async (admin) => {
      const { topics } = await admin.fetchTopicMetadata();
      const all = topics
        .filter(({ name }) => MOVED.test(name))
        .flatMap(({ name, partitions }) => partitions.map((partition) => ({ topic: name, ...partition })))
        .sort((a, b) => a.topic.localeCompare(b.topic) || a.partitionId - b.partitionId);
      const moved = all[which % all.length];
      if (!moved) return false;
      const { topic, partitionId: partition, leader, replicas } = moved;
      const at = (replicas.indexOf(leader) + turn) % replicas.length;
      const order = [...replicas.slice(at), ...replicas.slice(0, at)];
      await admin.alterPartitionReassignments({
        topics: [{ topic, partitionAssignment: [{ partition, replicas: order }] }],
      });
      for (const limit = Date.now() + MOVE_LIMIT; Date.now() < limit;) {
        const now = await admin.fetchTopicMetadata({ topics: [topic] });
        if (now.topics[0]?.partitions.find((one) => one.partitionId === partition)?.leader === order[0])
          return true;
        await this.pause(200);
      }
      return false;
    });
  }

  private async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
