/** The charts: the profiles of the stack, and the jobs for two of them. */
import type { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { ClassicChart } from './classic';
import { DevChart } from './dev';
import { DevJobsChart } from './dev-jobs';
import { ProdChart } from './prod';
import { ProdJobsChart } from './prod-jobs';
import type { Profile, ProfileProps } from './profile';

export { ClassicChart, DevChart, DevJobsChart, ProdChart, ProdJobsChart, type Profile, type ProfileProps };
export type { LaptopProps } from './laptop';
export type { ProdChartProps } from './prod';
export type { ProdJobsChartProps } from './prod-jobs';

type ProfileClass = new (scope: Construct, id: string, props?: ProfileProps) => Chart;

/** Chart classes by profile name, which is also the name of the manifest. */
export const PROFILES: Readonly<Record<string, ProfileClass>> = {
  dev: DevChart,
  'dev-jobs': DevJobsChart,
  classic: ClassicChart,
  prod: ProdChart,
  'prod-jobs': ProdJobsChart,
};

/** The profiles that a list such as `dev,prod` names; without a list, all profiles. */
export function chosenProfiles(list = Object.keys(PROFILES).join()): [name: string, profile: ProfileClass][] {
  return list.split(',').map((name) => {
    const profile = PROFILES[name];
    if (!profile) {
      throw new Error(
        `PROFILE is "${list}"; allowed: ${Object.keys(PROFILES).join(', ')}, several separated by commas`,
      );
    }
    return [name, profile];
  });
}
