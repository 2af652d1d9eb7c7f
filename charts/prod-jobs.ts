import { App, Duration, Size } from 'cdk8s';
import type { Construct } from 'constructs';
import type { FlinkApplicationOptions } from '../constructs/index';
import { JobsChart } from './jobs';
import { objectStorage } from './object-storage';
import { BROKERS, ProdChart, type ProdChartProps } from './prod';

export type ProdJobsChartProps = Omit<ProdChartProps, 'bottles' | 'ingest' | 'quota'>;

/** The jobs of the profile `prod`. Each has its own JobManager and TaskManager, and its state in RocksDB. */
export class ProdJobsChart extends JobsChart {
  constructor(scope: Construct, id: string, props: ProdJobsChartProps = {}) {
    const { storageClass, flinkStorage } = props;
    const stack = new ProdChart(new App(), 'prod', props);
    const application: FlinkApplicationOptions = {
      storage: flinkStorage ?? objectStorage({}),
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
