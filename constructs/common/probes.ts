/** Probes: one check, and how patient each of the three kinds is with it. */
import type { Duration } from 'cdk8s';
import { k8s } from '../../imports';

/** What a probe does, without its times. */
export type Check = Pick<k8s.Probe, 'exec' | 'httpGet' | 'tcpSocket'>;

/** Passes when the port takes connections. */
export function tcpCheck(port: string): Check {
  return { tcpSocket: { port: k8s.IntOrString.fromString(port) } };
}

/** Passes when a GET is answered with 200 to 399. */
export function httpCheck(path: string, port: string): Check {
  return { httpGet: { path, port: k8s.IntOrString.fromString(port) } };
}

/** Passes when the command exits with 0. */
export function commandCheck(...command: string[]): Check {
  return { exec: { command } };
}

/** Gives a container `within` to come up before the other probes begin; it is restarted after that. */
export function startupProbe(check: Check, within: Duration): k8s.Probe {
  const periodSeconds = 3;
  return {
    ...check,
    periodSeconds,
    timeoutSeconds: 5,
    failureThreshold: Math.ceil(within.toSeconds() / periodSeconds),
  };
}

/** Takes a pod out of its Services after about 15 seconds of failures. */
export function readinessProbe(check: Check): k8s.Probe {
  return { ...check, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 };
}

/**
 * Restarts a container after about two minutes of failures: long enough for a full garbage collection or a
 * busy node.
 */
export function livenessProbe(check: Check): k8s.Probe {
  return { ...check, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 };
}
