import { App, Duration, Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { FlinkStorage, type FlinkApplicationOptions } from '../constructs/index';
import { JobsChart } from './jobs';
import { BROKERS, ProdChart, type ProdChartProps } from './prod';

export interface ProdJobsChartProps extends Omit<ProdChartProps, 'flinkStorage' | 'bottles' | 'quota'> {
  /**
   * Volume of each job, for checkpoints and savepoints.
   * @default - a claim of 20 GiB that all nodes can mount (ReadWriteMany)
   */
  readonly jobStorage?: FlinkStorage;
}

/** The jobs of the profile `prod`. Each has its own JobManager and TaskManager, and its state in RocksDB. */
export class ProdJobsChart extends JobsChart {
  constructor(scope: Construct, id: string, { jobStorage, ...props }: ProdJobsChartProps = {}) {
    const { storageClass } = props;
    const stack = new ProdChart(new App(), 'prod', props);
    const application: FlinkApplicationOptions = {
      storage: jobStorage ?? FlinkStorage.claim(Size.gibibytes(20), { storageClass }),
      checkpointInterval: Duration.minutes(1),
      stateBackend: 'rocksdb',
      taskManager: {
        memory: { process: Size.gibibytes(2) },
        localStorage: { size: Size.gibibytes(10), storageClass },
      },
    };
    super(scope, id, { stack, replicationFactor: BROKERS, runsOn: () => ({ application }) });
  }
}
