/**
 * One case: an archive is changed, read, and the reading judged. All of it depends on the seed and the
 * number.
 */
import { fullInputs, recordedInputs, sampleInputs } from './inputs';
import { faultsOf } from './judge';
import { mutated, type Mutated } from './mutations';
import { Random } from './random';
import type { Reader } from './reading';
import { render, type Input } from './tree';

/** The intact archives. */
export interface Inputs {
  readonly small: readonly Input[];
  /** Used less often, because they take longer. */
  readonly large: readonly Input[];
}

/** A case that was run. */
export interface CaseResult {
  readonly input: Mutated;
  /** The file that was read. */
  readonly bytes: Buffer;
  /** What is wrong with the reading; nothing if it is right. */
  readonly faults: readonly string[];
}

/** Percentage of cases that start from an archive of full size. */
const LARGE_PERCENT = 1;

/** Percentage of cases in which the rows are judged, too. */
const ROWS_PERCENT = 20;

/** The archives that cases start from; `bottles` is a folder of recorded ones, which may not be there. */
export function loadInputs(bottles: string): Inputs {
  return { small: sampleInputs(), large: [...fullInputs(), ...recordedInputs(bottles)] };
}

/** Runs a case. */
export async function runCase(
  seed: number,
  number: number,
  inputs: Inputs,
  read: Reader,
): Promise<CaseResult> {
  const random = new Random(seed, number);
  const from = random.pick(random.chance(LARGE_PERCENT) ? inputs.large : inputs.small);
  const input = mutated(random, from);
  const bytes = render(input.node);
  const chunkBytes = random.pick([bytes.length + 1, bytes.length + 1, 4096, 700]);
  const withRows = random.chance(ROWS_PERCENT);
  try {
    return { input, bytes, faults: faultsOf(input, bytes, await read(bytes, { chunkBytes, withRows })) };
  } catch (error) {
    return {
      input,
      bytes,
      faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    };
  }
}
