import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Text of one of this library's scripts of shell or awk, which containers run from a ConfigMap. Scripts take
 * their parameters from the environment, so they are the same files in tests, for shellcheck and in
 * manifests.
 * @param file path below `constructs/`, for example `kafka/scripts/topics.sh`
 */
export function readScript(file: string): string {
  return readFileSync(join(__dirname, '..', file), 'utf8');
}
