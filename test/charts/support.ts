import { Testing } from 'cdk8s';
import { PROFILES, type ProfileProps } from '../../charts';
import type { KubeObject } from '../rules';

/** Names of the profiles. */
export const NAMES = Object.keys(PROFILES);

/** The chart of a profile. */
export function chartOf(name: string, props: ProfileProps = {}) {
  const Profile = PROFILES[name];
  if (!Profile) throw new Error(`no profile ${name}`);
  return new Profile(Testing.app(), name, props);
}

/** What `kubectl apply` would get of a profile. */
export const objectsOf = (name: string, props?: ProfileProps): KubeObject[] =>
  Testing.synth(chartOf(name, props)) as KubeObject[];
