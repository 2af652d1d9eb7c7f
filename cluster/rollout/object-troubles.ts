/** Explains why an object is not ready: which pod, which container, why, and what to do. */
import type { Awaited, Claim, Job, Pod } from '../api';
import { containerTroubles } from './containers';
import type { Snapshot } from './snapshot';
import type { LogPlace, Trouble } from './trouble';

/**
 * What keeps an object from becoming ready, as far as the cluster reports it. Empty when it only needs more
 * time.
 */
export function troublesOf(object: Awaited, snapshot: Snapshot): Trouble[] {
  if (object.kind === 'PersistentVolumeClaim') return [claimTrouble(object, snapshot)];
  const pods = snapshot.podsOf(object).flatMap((pod) => podTroubles(pod, snapshot));
  const refused = refusal(object, snapshot);
  const failed = object.kind === 'Job' ? jobTrouble(object, pods, snapshot) : [];
  return [...failed, ...refused, ...(failed.length > 0 ? [] : pods)];
}

/** Pods that the API server rejected. Only an event of their controller reports them. */
function refusal(object: Exclude<Awaited, Claim>, snapshot: Snapshot): Trouble[] {
  const event = snapshot.eventsOf(object).findLast(({ type }) => type === 'Warning');
  if (event?.reason !== 'FailedCreate') return [];
  const at = `${object.kind} ${object.metadata.name}`;
  const message = event.message.replace(/^\(combined from similar events\): /, '');
  const reason = `its pods are rejected: ${message}`;
  if (message.includes('violates PodSecurity')) {
    const fix = 'change the pod as the message says; the pods of the chart comply, so check your changes';
    return [{ at, reason, fix, weight: 'hopeless' }];
  }
  const fix = message.includes('exceeded quota')
    ? 'raise the quota of the namespace (kubectl describe resourcequota), or delete other pods in it'
    : 'fix the cause in the message; the pods are then created by themselves';
  return [{ at, reason, fix, weight: 'odd' }];
}

/** A failed Job is not retried. Its last failed pod shows why. */
function jobTrouble(job: Job, pods: readonly Trouble[], snapshot: Snapshot): Trouble[] {
  const failed = job.status?.conditions?.find(({ type, status }) => type === 'Failed' && status === 'True');
  if (failed === undefined) return [];
  const { name } = job.metadata;
  const last = pods.at(-1);
  const why = last === undefined ? '' : `; ${last.at}: ${last.reason}`;
  const reason = `it failed and is not retried: ${failed.message ?? failed.reason ?? 'no reason given'}${why}`;
  const log = last?.log ?? lastPodLog(job, snapshot);
  const fix = `fix the cause in its log, then run it again: kubectl delete job ${name}, and kubectl apply again`;
  return [{ at: `Job ${name}`, reason, fix, weight: 'hopeless', ...(log && { log }) }];
}

function lastPodLog(job: Job, snapshot: Snapshot): LogPlace | undefined {
  const pod = snapshot.podsOf(job).at(-1);
  const container = pod?.status?.containerStatuses?.[0];
  return pod && container && { pod: pod.metadata.name, container: container.name, previous: false };
}

/** What keeps a pod from being ready. */
export function podTroubles(pod: Pod, snapshot: Snapshot): Trouble[] {
  const at = `pod ${pod.metadata.name}`;
  const { status = {} } = pod;
  const unscheduled = status.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  if (unscheduled !== undefined) return [unscheduledTrouble(pod, unscheduled.message ?? '', snapshot)];
  if (status.reason !== undefined) {
    const reason = `${status.reason}: ${status.message ?? ''}`;
    return [{ at, reason, fix: 'provide what the message says the node is missing', weight: 'odd' }];
  }
  const events = snapshot.eventsOf(pod);
  const containers = containerTroubles(pod, events);
  if (containers.length > 0) return containers;
  const mount = events.findLast(({ reason }) => /^Failed(Mount|AttachVolume|CreatePodSandBox)/.test(reason));
  if (mount === undefined || status.phase !== 'Pending') return [];
  const fix = `fix what the message names; kubectl describe ${at} shows the details`;
  return [{ at, reason: `${mount.reason}: ${mount.message}`, fix, weight: 'odd' }];
}

function unscheduledTrouble(pod: Pod, message: string, snapshot: Snapshot): Trouble {
  const claim = snapshot.claimsOf(pod).find(({ status }) => status?.phase !== 'Bound');
  const at = `pod ${pod.metadata.name}`;
  if (claim !== undefined && /persistentvolumeclaim/i.test(message)) {
    const { reason, fix } = claimTrouble(claim, snapshot);
    return { at, reason: `no node can run it: claim ${claim.metadata.name}: ${reason}`, fix, weight: 'odd' };
  }
  const fix =
    'give the nodes more memory and CPUs (Docker Desktop settings; minikube start --memory 8g --cpus 4), or delete other pods';
  return { at, reason: `no node can run it (Unschedulable): ${message}`, fix, weight: 'odd' };
}

function claimTrouble(claim: Claim, snapshot: Snapshot): Trouble {
  const { storageClassName } = claim.spec;
  const of = storageClassName === undefined ? 'no class' : `class ${storageClassName}`;
  const event = snapshot.eventsOf(claim).at(-1);
  const message = event === undefined ? '' : `: ${event.message}`;
  return {
    at: `PersistentVolumeClaim ${claim.metadata.name}`,
    reason: `not bound to a volume (${of})${message}`,
    fix: 'use a storage class of the cluster (kubectl get storageclass; prop storageClass of the chart), or make one of them the default',
    weight: event?.type === 'Warning' ? 'odd' : 'slow',
  };
}
