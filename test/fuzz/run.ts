/** Runs cases in worker threads, and watches their time and memory. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

import type { Failure, Message, Work } from './worker';

/** A case takes some milliseconds; on a busy machine a hundred times as long. */
const CASE_SECONDS = 30;

/** Memory of all workers together. A worker needs some 150 MB, most of it for compiled code and garbage. */
const MEMORY_BYTES = 1024 ** 3;

/** Heap of a worker. A large young generation saves a tenth of the time. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 64 };

/** Failures after which no more cases are run: one fault usually fails many. */
const MAX_FAILURES = 5;

const WATCH_MILLISECONDS = 500;

export interface RunOptions {
  readonly seed: number;
  readonly runs: number;
  /** Folder of recorded bottles, which may not be there. */
  readonly bottles: string;
  /** Called from time to time with the number of cases so far. */
  readonly onProgress: (cases: number) => void;
  /** Called for each case that fails, as soon as it does. */
  readonly onFailure: (failure: Failure) => void;
}

export interface RunResult {
  readonly cases: number;
  readonly failed: number;
  readonly bottles: number;
  readonly damages: number;
  /** Most memory of the process so far, in bytes. */
  readonly peakMemory: number;
}

/** Runs the cases 0 to `runs` - 1 of a seed, or fewer when some fail. */
export async function runCases({
  seed,
  runs,
  bottles,
  onProgress,
  onFailure,
}: RunOptions): Promise<RunResult> {
  const next = new Int32Array(new SharedArrayBuffer(4));
  let failed = 0;
  const totals = { bottles: 0, damages: 0 };
  const crew = Array.from({ length: Math.min(availableParallelism(), runs) }, () => {
    const current = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
    const workerData: Work = { seed, runs, bottles, next, current };
    const worker = new Worker(path.join(__dirname, 'worker.ts'), {
      execArgv: ['-r', 'tsx/cjs'],
      resourceLimits: HEAP,
      workerData,
    });
    return { worker, current, last: -1, since: Date.now() };
  });
  const stop = (): void => {
    for (const { worker } of crew) void worker.terminate();
  };
  const fail = (failure: Failure): void => {
    failed += 1;
    onFailure(failure);
    if (failed >= MAX_FAILURES) stop();
  };
  const watch = setInterval(() => {
    onProgress(Math.min(runs, Atomics.load(next, 0)));
    const now = Date.now();
    for (const member of crew) {
      const number = Atomics.load(member.current, 0);
      if (number !== member.last) Object.assign(member, { last: number, since: now });
      if (number < 0 || now - member.since < CASE_SECONDS * 1000) continue;
      fail({ number, faults: [`did not end within ${CASE_SECONDS} s`] });
      void member.worker.terminate();
    }
    const { rss } = process.memoryUsage();
    if (rss <= MEMORY_BYTES) return;
    const numbers = crew.map(({ current }) => Atomics.load(current, 0));
    fail({
      number: numbers[0]!,
      faults: [`the cases ${numbers.join(' and ')} together took ${rss} bytes of memory`],
    });
    stop();
  }, WATCH_MILLISECONDS);
  await Promise.all(
    crew.map(async ({ worker, current }) => {
      worker.on('message', (message: Message) => {
        if ('failure' in message) fail(message.failure);
        else {
          totals.bottles += message.totals.bottles;
          totals.damages += message.totals.damages;
          current[0] = -1;
        }
      });
      worker.on('error', (error) =>
        fail({ number: Atomics.load(current, 0), faults: [`ended the process: ${String(error)}`] }),
      );
      await new Promise((resolve) => worker.once('exit', resolve));
    }),
  );
  clearInterval(watch);
  const peakMemory = process.resourceUsage().maxRSS * 1024;
  return { cases: Math.min(runs, Atomics.load(next, 0)), failed, ...totals, peakMemory };
}
