/** The profiles of the stack, each a chart. */
import type { Construct } from 'constructs';
import { ClassicChart } from './classic';
import { DevChart } from './dev';
import { ProdChart } from './prod';
import type { Profile, ProfileProps } from './profile';

export { ClassicChart, DevChart, ProdChart, type Profile, type ProfileProps };
export type { LaptopProps } from './laptop';
export type { ProdChartProps } from './prod';

type ProfileClass = new (scope: Construct, id: string, props?: ProfileProps) => Profile;

/** Chart classes by the name of their profile and of the manifest. */
export const PROFILES: Readonly<Record<string, ProfileClass>> = {
  dev: DevChart,
  classic: ClassicChart,
  prod: ProdChart,
};

/** The profiles that a list such as `dev,prod` names; all of them without one. */
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
