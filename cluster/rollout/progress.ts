/** How far an object has come. */
import type { Awaited, Claim, Deployment, Job, StatefulSet } from '../api';

/** How far an object has come. */
export interface Progress {
  readonly isReady: boolean;
  /** To be shown after the object's name: `1 of 3 ready`. */
  readonly text: string;
}

const NOT_SEEN: Progress = { isReady: false, text: 'its controller has not seen it yet' };

/** How far an object has come, from its status. */
export function progressOf(object: Awaited): Progress {
  switch (object.kind) {
    case 'Deployment':
      return deployment(object);
    case 'StatefulSet':
      return statefulSet(object);
    case 'Job':
      return job(object);
    case 'PersistentVolumeClaim':
      return claim(object);
  }
}

function deployment({ metadata, spec, status = {} }: Deployment): Progress {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return NOT_SEEN;
  const wanted = spec.replicas ?? 1;
  const { replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status;
  if (updated < wanted) return { isReady: false, text: `${updated} of ${wanted} made` };
  if (replicas > updated) return { isReady: false, text: `${replicas - updated} old pods not gone yet` };
  return { isReady: available >= updated, text: `${available} of ${wanted} ready` };
}

function statefulSet({ metadata, spec, status = {} }: StatefulSet): Progress {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return NOT_SEEN;
  const wanted = spec.replicas ?? 1;
  const { readyReplicas: ready = 0, updatedReplicas: updated = 0, currentRevision, updateRevision } = status;
  if (ready < wanted) return { isReady: false, text: `${ready} of ${wanted} ready` };
  if (currentRevision !== updateRevision && updated < wanted) {
    return { isReady: false, text: `${updated} of ${wanted} replaced` };
  }
  return { isReady: true, text: `${ready} of ${wanted} ready` };
}

function job({ spec, status = {} }: Job): Progress {
  const is = (type: string) => status.conditions?.some((it) => it.type === type && it.status === 'True');
  if (is('Complete')) return { isReady: true, text: 'done' };
  if (is('Failed')) return { isReady: false, text: 'failed' };
  const { active = 0, failed = 0, succeeded = 0 } = status;
  const wanted = spec.completions ?? 1;
  const done = wanted > 1 ? `, ${succeeded} of ${wanted} done` : '';
  const tried = failed > 0 ? `, ${failed} of its pods failed` : '';
  return { isReady: false, text: `${active > 0 ? 'at work' : 'not begun'}${done}${tried}` };
}

function claim({ status }: Claim): Progress {
  const phase = status?.phase ?? 'Pending';
  return { isReady: phase === 'Bound', text: phase === 'Bound' ? 'bound' : `not bound (${phase})` };
}
