import { seedOf, uniform } from '../../producer/sample/arithmetic';

/** Random choices that depend only on the seed and the number of the case. */
export class Random {
  private readonly seed: number;
  private index = 0;

  constructor(...words: readonly number[]) {
    this.seed = seedOf(...words);
  }

  /** A whole number from 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor(uniform(this.seed, this.index++) * end);
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}
