import { App } from 'cdk8s';
import { chosenProfiles } from '../index';
import { graphOf } from './graph';
import { svgOf } from './svg';

/** The drawing of every profile. */
export function drawings(): { file: string; svg: string }[] {
  return chosenProfiles().map(([name, Profile]) => {
    const chart = new Profile(new App(), name);
    return {
      file: `${name}.svg`,
      svg: svgOf(graphOf(chart, `Profile ${name}, namespace ${chart.namespace}`)),
    };
  });
}
