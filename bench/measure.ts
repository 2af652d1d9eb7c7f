/** Measures the rates of several stages in alternation. */

/** Rounds for the JIT compiler, which do not count, and rounds that count. */
const WARM_UP_ROUNDS = 2;
const ROUNDS = 7;

/** A stage to measure. */
export interface Stage {
  /** Runs the stage once and resolves to the number of rows. */
  readonly run: () => Promise<number>;
  /** Number of runs per round, more for fast stages. @default 1 */
  readonly repeat?: number;
  /**
   * Whether the stage measures itself in another process. Then `run` resolves to a rate, and there is no
   * warm-up.
   * @default false
   */
  readonly external?: boolean;
}

/** A rate in rows per second over several rounds. */
export interface Rate {
  readonly median: number;
  /** Rates of the slowest and the fastest round. */
  readonly min: number;
  readonly max: number;
  /** The rate of each round. */
  readonly rounds: readonly number[];
}

/**
 * Measures all stages one after another in each round. So other load on the machine affects all of them, and
 * their ratios stay meaningful.
 */
export async function measure<Name extends string>(
  stages: Record<Name, Stage>,
  onRound: (round: number, rounds: number) => unknown,
): Promise<Record<Name, Rate>> {
  const names = Object.keys(stages) as Name[];
  const rates = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 1 - WARM_UP_ROUNDS; round <= ROUNDS; round++) {
    onRound(Math.max(0, round), ROUNDS);
    for (const name of names) {
      const stage = stages[name];
      if (round < 1 && stage.external) continue;
      const rate = await rateOf(stage);
      if (round >= 1) rates[name].push(rate);
    }
  }
  return Object.fromEntries(names.map((name) => [name, summarizeRates(rates[name])])) as Record<Name, Rate>;
}

/** Median, minimum and maximum of rates. */
export function summarizeRates(rates: readonly number[]): Rate {
  return { median: medianOf(rates), min: Math.min(...rates), max: Math.max(...rates), rounds: rates };
}

/**
 * How many times faster one stage was than another: the median over the rounds, because both were under the
 * same load within a round.
 */
export function ratioOf(rate: Rate, other: Rate): number {
  return medianOf(rate.rounds.map((one, round) => one / other.rounds[round]!));
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

async function rateOf({ run, repeat = 1, external }: Stage): Promise<number> {
  if (external) return run();
  const started = performance.now();
  let rows = 0;
  for (let i = 0; i < repeat; i++) rows += await run();
  return (rows / (performance.now() - started)) * 1000;
}
