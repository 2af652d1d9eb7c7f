/** What jobs of all kinds share. */
import type { IConstruct } from 'constructs';
import { invalid, requireInteger } from '../common/invalid';
import type { TaskManager } from './task-manager';

/**
 * What happens to the state when the job changes. `savepoint`: the new job starts with the last state of the
 * old one; state that does not fit the new job is an error. `drop-unmatched`: the same, but state that does
 * not fit is dropped. `fresh`: the new job starts without state.
 */
export type SavepointPolicy = 'savepoint' | 'drop-unmatched' | 'fresh';

export function checkJobName(scope: IConstruct, name: string): void {
  if (/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name)) return;
  invalid(scope, {
    property: 'name',
    got: name,
    allowed: 'lowercase letters, digits and `-`, at most 30 characters',
    fix: 'Change it: it is part of the names of Kubernetes objects.',
  });
}

/** @param prefix of the props of the TaskManagers */
export function checkParallelism(
  scope: IConstruct,
  parallelism: number,
  { taskSlots, replicas }: TaskManager,
  prefix: 'cluster.' | 'application.',
): void {
  requireInteger(scope, 'parallelism', parallelism, { min: 1 });
  const all = taskSlots * replicas;
  if (parallelism <= all) return;
  invalid(scope, {
    property: 'parallelism',
    got: parallelism,
    allowed: `at most ${all}, the task slots of all TaskManagers`,
    fix: `Lower it, or raise ${prefix}taskManager.taskSlots or ${prefix}taskManager.replicas.`,
  });
}
