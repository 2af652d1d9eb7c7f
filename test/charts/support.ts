import { Testing } from 'cdk8s';
import { PROFILES, type ProfileProps } from '../../charts';
import { quantity, workloads, type KubeObject, type Workload } from '../rules/model';

/** Names of the charts of jobs, and of the stack that each is applied after. */
export const STACK_OF_JOBS: Readonly<Record<string, string>> = { 'dev-jobs': 'dev', 'prod-jobs': 'prod' };

/** Names of the profiles. Each is a stack. */
export const NAMES = Object.keys(PROFILES).filter((name) => !(name in STACK_OF_JOBS));

/** The chart of that name. */
export function chartOf(name: string, props: ProfileProps = {}) {
  const Profile = PROFILES[name];
  if (!Profile) throw new Error(`no profile ${name}`);
  return new Profile(Testing.app(), name, props);
}

/** What is in the namespace of a stack once its jobs are applied, too. */
export const objectsWithStack = (jobs: string): KubeObject[] => [
  ...objectsOf(STACK_OF_JOBS[jobs] ?? jobs),
  ...objectsOf(jobs),
];

/** What `kubectl apply` would get of a chart. */
export const objectsOf = (name: string, props?: ProfileProps): KubeObject[] =>
  Testing.synth(chartOf(name, props)) as KubeObject[];

/** What a pod asks for: the most of its init containers and of its containers together. */
function requested(workload: Workload, kind: 'requests' | 'limits', resource: string): number {
  const of = (container: Workload['pod']['containers'][number]) =>
    quantity(container.resources?.[kind]?.[resource] ?? '0');
  const together = workload.pod.containers.map(of).reduce((sum, each) => sum + each, 0);
  return Math.max(together, ...(workload.pod.initContainers ?? []).map(of));
}

/** What all pods of a workload ask for together, and `extra` more pods of each. */
export const sum = (objects: KubeObject[], kind: 'requests' | 'limits', resource: string, extra = 0) =>
  workloads(objects).reduce((total, it) => total + requested(it, kind, resource) * (it.replicas + extra), 0);
