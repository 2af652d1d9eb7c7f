import { createHash } from 'node:crypto';

/**
 * Annotation of pod templates that carries the hash of their configuration, so that a change of it rolls the
 * pods.
 */
export const CONFIG_HASH = 'cdk8s-kafka-flink/config-hash';

/** Ten hexadecimal digits that identify the content; the order of object keys does not matter. */
export function contentHash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content, sortKeys)).digest('hex').slice(0, 10);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
