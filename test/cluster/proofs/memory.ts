/**
 * What containers request is what they need: between 0.6 and 1.0 of the most memory that they had while the
 * other proofs ran.
 */
import { workloads } from '../../../constructs/index';
import { MIB } from '../../../constructs/config/memory';
import type { MemoryPeak } from '../support/memory';
import type { Stack } from '../support/stack';

const LEAST = 0.6;
const MOST = 1;

/**
 * Comes last on a stack: the proofs before it are the load. What they add to the profile is not held to it.
 */
export function requestsWhatItNeeds(stack: Stack): void {
  test(`each container requests ${LEAST} to ${MOST.toFixed(1)} of its peak of memory`, () => {
    const own = workloads(stack.chart).map(({ name }) => name);
    const seen = stack.memory.seen.filter(({ workload }) => own.includes(workload));
    expectFittingRequests(seen, (text) => {
      stack.print(text);
    });
  });
}

/** Fails when there is no peak, or one whose request does not fit it. */
export function expectFittingRequests(peaks: readonly MemoryPeak[], print: (text: string) => void): void {
  for (const peak of peaks) print(`memory of ${describePeak(peak)}`);
  if (peaks.length === 0) {
    throw new Error(
      'no memory was seen: /sys/fs/cgroup of this machine has none of the containers. Run the tests on the Linux machine that the nodes run on.',
    );
  }
  const off = peaks.filter(({ peak, request }) => request < LEAST * peak || request > MOST * peak);
  expect(off.map(describePeak)).toEqual([]);
}

function describePeak({ workload, container, peak, request }: MemoryPeak): string {
  const name = workload === container ? workload : `${workload} (${container})`;
  const share = (request / peak).toFixed(2);
  return `${name}: peak ${(peak / MIB).toFixed(0)} MiB, request ${(request / MIB).toFixed(0)} MiB, ${share} of it`;
}
