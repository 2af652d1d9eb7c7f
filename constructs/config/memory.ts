/** Sizes of memory as Kafka, Flink and Kubernetes write them. All units are powers of 1024. */
import { invalid } from '../common/invalid';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/** One MiB in bytes. */
export const MIB = 2 ** 20;

/**
 * Bytes of a size such as `512m`, `1g`, `1024mb` (Java, Flink) or `512Mi` (Kubernetes). `what` names the setting in the error.
 * Kubernetes' decimal `512M` is read as Java and Flink read it, 512 MiB.
 */
export function parseMemory(text: string, what = 'memory size'): number {
  const match = /^\s*(\d+)\s*([bkmgt]?)(?:i?b?)\s*$/i.exec(text);
  const unit = match ? UNITS[(match[2] ?? '').toLowerCase()] : undefined;
  const bytes = Number(match?.[1]) * (unit ?? NaN);
  if (!Number.isSafeInteger(bytes)) {
    invalid(undefined, {
      property: what,
      got: text,
      allowed: 'a whole number with a unit',
      fix: 'Give it as in 512m, 1g or 512Mi.',
    });
  }
  return bytes;
}

/** The size for a reader: in the largest unit that leaves it whole, for example `512m`. */
export function formatMemory(bytes: number): string {
  for (const unit of ['g', 'm', 'k']) {
    const size = UNITS[unit] ?? 1;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}b`;
}
