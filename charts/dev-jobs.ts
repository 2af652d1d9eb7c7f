import { App } from 'cdk8s';
import type { Construct } from 'constructs';
import { DevChart } from './dev';
import { JobsChart } from './jobs';
import type { ProfileProps } from './profile';

/** The jobs on the session cluster of the profile `dev`. */
export class DevJobsChart extends JobsChart {
  constructor(scope: Construct, id: string, props: ProfileProps = {}) {
    const stack = new DevChart(new App(), 'dev', props);
    super(scope, id, { stack, replicationFactor: 1, runsOn: () => ({ cluster: stack.flink }) });
  }
}
