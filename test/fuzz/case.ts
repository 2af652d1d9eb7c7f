/**
 * One case: an archive is changed, read, and the reading judged. All of it depends on the seed and the
 * number.
 */
import { fullInputs, recordedInputs, sampleInputs } from './inputs';
import { faultsOf } from './judge';
import { mutated, type Mutated } from './mutations';
import { Random } from './random';
import type { HowToRead, Reader } from './reading';
import { render, type Input } from './tree';

/** The intact archives. */
export interface Inputs {
  readonly small: readonly Input[];
  /** Used less often, because they take longer. */
  readonly large: readonly Input[];
}

/** What is read in a case. */
export interface Case {
  readonly input: Mutated;
  /** The file that is read. */
  readonly bytes: Buffer;
  readonly how: HowToRead;
}

/** A case that was run. */
export interface CaseResult extends Case {
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

/** Makes what is read in a case. */
export function makeCase(seed: number, number: number, inputs: Inputs): Case {
  const random = new Random(seed, number);
  const from = random.pick(random.chance(LARGE_PERCENT) ? inputs.large : inputs.small);
  const input = mutated(random, from);
  const bytes = render(input.node);
  const chunkBytes = random.pick([bytes.length + 1, bytes.length + 1, 4096, 700]);
  return { input, bytes, how: { chunkBytes, withRows: random.chance(ROWS_PERCENT) } };
}

/** Runs a case. */
export async function runCase(
  seed: number,
  number: number,
  inputs: Inputs,
  read: Reader,
): Promise<CaseResult> {
  const made = makeCase(seed, number, inputs);
  const { input, bytes, how } = made;
  try {
    return { ...made, faults: faultsOf(input, bytes, await read(bytes, how)) };
  } catch (error) {
    return { ...made, faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
}
