/** Runs cases until there are none left, and tells which one it is at. */
import { parentPort, workerData } from 'node:worker_threads';

import { loadInputs, runCase } from './case';
import { readWith } from './reading';

/** What a worker is started with. */
export interface Work {
  readonly seed: number;
  readonly runs: number;
  readonly bottles: string;
  /** Number of the next case that no worker has taken. */
  readonly next: Int32Array;
  /** Number of the case that this worker is at. */
  readonly current: Int32Array;
}

/** A case that failed, and why. */
export interface Failure {
  readonly number: number;
  readonly faults: readonly string[];
}

/** What a worker has read. */
export interface Totals {
  readonly bottles: number;
  readonly damages: number;
}

export type Message = { readonly failure: Failure } | { readonly totals: Totals };

async function work({ seed, runs, bottles: folder, next, current }: Work): Promise<void> {
  const inputs = loadInputs(folder);
  const read = readWith();
  let bottles = 0;
  let damages = 0;
  const counted: typeof read = async (bytes, how) => {
    const reading = await read(bytes, how);
    bottles += reading.bottles.length;
    damages += reading.damages.length;
    return reading;
  };
  for (let number = Atomics.add(next, 0, 1); number < runs; number = Atomics.add(next, 0, 1)) {
    Atomics.store(current, 0, number);
    const { faults } = await runCase(seed, number, inputs, counted);
    if (faults.length > 0) send({ failure: { number, faults } });
  }
  send({ totals: { bottles, damages } });
}

function send(message: Message): void {
  parentPort?.postMessage(message);
}

void work(workerData as Work);
