/** Sizes of memory as Flink writes them. All units are powers of 1024. */

const UNITS = { g: 2 ** 30, m: 2 ** 20, k: 2 ** 10 } as const;

/** One MiB in bytes. */
export const MIB = 2 ** 20;

/** A size in the largest unit that makes it a whole number, for example `512m`. */
export function formatMemory(bytes: number): string {
  for (const [unit, size] of Object.entries(UNITS)) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}b`;
}
