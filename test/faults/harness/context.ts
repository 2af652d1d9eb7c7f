/** What all cases of a run share. */
import { createHash } from 'node:crypto';

import type { Report } from '../../../cli/report';
import { randomOf } from '../../e2e/strain/rows';
import type { Archives } from './archives';
import type { Cluster } from './cluster';
import { compare, type Difference } from './compare';
import type { Phase } from './network';
import { readRows } from './topic';

/** What happened in a run. */
export interface Counts {
  /** SIGKILLs of producers, by what they were doing. */
  readonly kills: Record<Phase, number>;
  producers: number;
  terminated: number;
  takenOver: number;
  brokerKills: number;
  leaderMoves: number;
  connectionsCut: number;
  answersLost: number;
  registryOutages: number;
  rows: number;
  lost: number;
  twice: number;
  disordered: number;
}

export const noCounts = (): Counts => ({
  kills: { starting: 0, 'in a transaction': 0, committing: 0, 'between transactions': 0 },
  ...{ producers: 0, terminated: 0, takenOver: 0, brokerKills: 0, leaderMoves: 0, connectionsCut: 0 },
  ...{ answersLost: 0, registryOutages: 0, rows: 0, lost: 0, twice: 0, disordered: 0 },
});

export interface Context {
  readonly cluster: Cluster;
  readonly archives: Archives;
  readonly seed: number;
  readonly report: Report;
  readonly counts: Counts;
}

/** Choices for a part of the run, the same for the same seed whatever other parts do. */
export class Choices {
  private readonly random: () => number;

  constructor({ seed }: Pick<Context, 'seed'>, part: string) {
    this.random = randomOf(createHash('sha256').update(`${seed} ${part}`).digest().readInt32BE(0));
  }

  /** A whole number from `min` to `max`. */
  number(min: number, max: number): number {
    return min + Math.floor(this.random() * (max - min + 1));
  }

  /** One of these, each as likely as the others. */
  oneOf<T>(items: readonly T[]): T {
    return items[this.number(0, items.length - 1)]!;
  }
}

/** Adds what a topic has to the counts. Throws when it is not exactly what is expected. */
export async function verify(context: Context, topic: string, expected: readonly string[]): Promise<void> {
  const difference = await differenceOf(topic, expected);
  const { rows, lost, twice, disordered, first } = difference;
  const { counts, report, cluster } = context;
  counts.rows += rows;
  counts.lost += lost;
  counts.twice += twice;
  counts.disordered += disordered;
  report.step(`${topic}: ${describe(difference)}`);
  if (lost + twice + disordered > 0)
    throw new Error(`${topic} is not exact: ${describe(difference)}; ${first}`);
  // Its space is needed when there are many.
  await cluster
    .admin((admin) => admin.deleteTopics({ topics: [topic, `${topic}_progress`] }))
    .catch(() => undefined);
}

/** How a topic differs from what is expected. */
export async function differenceOf(topic: string, expected: readonly string[]): Promise<Difference> {
  return compare(expected, await readRows(topic, expected.length));
}

export function describe({ rows, lost, twice, disordered }: Omit<Difference, 'first'>): string {
  return `${rows.toLocaleString('en-US')} rows, ${lost} lost, ${twice} twice, ${disordered} out of order`;
}
