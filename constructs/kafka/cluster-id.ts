import { createHash } from 'node:crypto';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { invalid } from '../common/invalid';

/** 16 bytes in URL-safe base64 without padding: of the last of 22 characters only two bits count. */
const CLUSTER_ID = /^[\w-]{21}[AQgw]$/;

/** The cluster's identity: as given, or one that is the same at every synthesis. */
export function resolveClusterId(scope: Construct, given: string | undefined, name: string): string {
  if (given !== undefined && !CLUSTER_ID.test(given)) {
    invalid(scope, {
      property: 'clusterId',
      got: given,
      allowed: '16 bytes in URL-safe base64, 22 characters',
      fix: 'Take what `kafka-storage.sh random-uuid` prints, or leave it out.',
    });
  }
  // Not of the construct's path: a volume outlives the way the chart is written.
  const seed = `${Chart.of(scope).namespace ?? ''}/${name}`;
  return given ?? createHash('sha256').update(seed).digest().subarray(0, 16).toString('base64url');
}
