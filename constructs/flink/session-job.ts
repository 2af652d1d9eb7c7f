import { Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { k8s } from '../../imports';
import type { AvroTable } from '../avro-table';
import { contentHash } from '../common/hash';
import { invalid } from '../common/invalid';
import { HashedJob } from '../common/job';
import type { PodOptions } from '../common/pod-options';
import { resolveResources, type Resources } from '../common/resources';
import { readScript } from '../common/script';
import { Workload } from '../common/workload';
import type { FlinkSessionCluster } from '../flink-session-cluster';
import { FLINK_HOME, FLINK_SCRATCH, FLINK_UID } from './image';
import { FLINK_PORTS } from './ports';

/** Options of the Kubernetes Job that submits a script to a session cluster. */
export interface SubmissionOptions {
  /**
   * How long to wait for the cluster, for a savepoint, and until the job runs.
   * @default Duration.minutes(5)
   */
  readonly waitsFor?: Duration;
  /**
   * How long the finished Kubernetes Job is kept. If it is applied again after that, it finds the Flink job
   * and ends.
   * @default Duration.minutes(10)
   */
  readonly ttl?: Duration;
  /**
   * CPU and memory of the container that submits the script. The job itself runs on the TaskManagers.
   * @default - 50m to 1 CPU, 88 to 384 MiB
   */
  readonly resources?: Resources;
  /**
   * Where the Job's pod runs, and its labels, service account, variables, volumes and other containers.
   * @default - see `PodOptions`
   */
  readonly pod?: PodOptions;
}

/** Props of `SessionSubmission`, from `FlinkSqlJob`. */
export interface SubmissionProps extends SubmissionOptions {
  readonly cluster: FlinkSessionCluster;
  readonly job: string;
  /** Name of the Job, before its hash. */
  readonly name: string;
  /** All statements of the script. */
  readonly sql: string;
  /** Hash of the script. */
  readonly hash: string;
  readonly savepointPolicy: string;
  readonly tables: readonly AvroTable[];
}

const RESOURCES: Required<Resources> = {
  cpuRequest: Cpu.millis(50),
  cpuLimit: Cpu.units(1),
  memoryRequest: Size.mebibytes(88),
  memoryLimit: Size.mebibytes(384),
};

const SCRIPT_VOLUME = 'script';
const SCRIPT_FOLDER = '/etc/flink-sql-job';

/**
 * A Kubernetes Job that submits a script through the SQL gateway, once per content. If it is applied or
 * retried, it finds its Flink job by name and does nothing.
 */
export class SessionSubmission extends Construct {
  /** The pods that submit the script: labels, selector and links. */
  readonly workload: Workload;
  /** How long to wait for the cluster, for a savepoint, and until the job runs. */
  readonly waitsFor: Duration;
  /** How long the finished Kubernetes Job is kept. */
  readonly ttl: Duration;
  /** CPU and memory of the container that submits the script. */
  readonly resources: Required<Resources>;
  private readonly kubernetesJob: HashedJob;

  /** @internal Made by `FlinkSqlJob`. */
  constructor(scope: Construct, id: string, props: SubmissionProps) {
    super(scope, id);
    const { cluster, tables } = props;
    this.waitsFor = props.waitsFor ?? Duration.minutes(5);
    this.ttl = props.ttl ?? Duration.minutes(10);
    this.resources = resolveResources(scope, props.resources, RESOURCES, 'submission.resources');
    this.workload = new Workload(this, 'workload', {
      name: props.name,
      app: 'flink',
      component: 'sql-job',
      image: cluster.image,
    });
    this.workload.connectTo(cluster.restEndpoint);
    this.workload.connectTo(cluster.gatewayEndpoint);
    for (const table of tables) reach(scope, cluster, table);
    this.kubernetesJob = this.makeJob(props);
  }

  /** Name of the Kubernetes Job, with its hash. */
  get jobName(): string {
    return this.kubernetesJob.jobName;
  }

  private makeJob({ cluster, job, sql, hash, savepointPolicy, pod }: SubmissionProps): HashedJob {
    const files = { 'job.sql': sql, 'submit.sh': readScript('flink/scripts/submit.sh') };
    // The name has the hash, so that a Job that is still running cannot find another script.
    const map = new k8s.KubeConfigMap(this, 'script', {
      metadata: this.workload.metadata(`${this.workload.name}-${contentHash(files)}`),
      immutable: true,
      data: files,
    });
    const conf = cluster.sqlClient.conf;
    const description = {
      pod,
      property: 'submission.pod',
      uid: FLINK_UID,
      gracePeriod: Duration.seconds(30),
      volumes: [conf.volume, { name: SCRIPT_VOLUME, configMap: { name: map.name } }],
      containers: [
        {
          name: CONTAINER,
          image: cluster.image,
          command: ['bash', `${SCRIPT_FOLDER}/submit.sh`],
          env: {
            ...conf.env,
            JVM_ARGS: '-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1',
            JOB_NAME: job,
            JOB_HASH: hash,
            SCRIPT: `${SCRIPT_FOLDER}/job.sql`,
            REST_HOST: cluster.jobManager.workload.name,
            REST_PORT: String(FLINK_PORTS.rest),
            SQL_GATEWAY: cluster.gatewayUrl,
            SQL_CLIENT: `${FLINK_HOME}/bin/sql-client.sh`,
            SAVEPOINTS: cluster.storage?.savepoints ?? '',
            SAVEPOINT_POLICY: savepointPolicy,
            WORK_DIR: '/tmp',
            WAIT_SECONDS: String(this.waitsFor.toSeconds()),
          },
          resources: this.resources,
          mounts: [conf.mount, { name: SCRIPT_VOLUME, mountPath: SCRIPT_FOLDER, readOnly: true }],
          scratch: FLINK_SCRATCH,
        },
      ],
    };
    return new HashedJob(this, 'job', this.workload, {
      pod: description,
      retries: 4,
      ttl: this.ttl,
      spec: { podFailurePolicy: FAILURE_POLICY },
    });
  }
}

/** A cluster of another chart cannot be linked from here, so that chart must already link it to the table. */
function reach(scope: Construct, cluster: FlinkSessionCluster, table: AvroTable): void {
  if (Chart.of(cluster) === Chart.of(scope)) return cluster.reach(table);
  if (cluster.reaches(table)) return;
  invalid(scope, {
    property: 'tables',
    got: table.name,
    allowed: `tables whose Kafka and registry the cluster of chart ${Chart.of(cluster).node.id} is linked to`,
    fix: 'Add a table of this Kafka and registry to that cluster, or put the job into its chart.',
  });
}

const CONTAINER = 'submit';

/**
 * A script that Flink rejected is not retried. A pod that a node drain stopped does not count as a failure.
 */
const FAILURE_POLICY: k8s.PodFailurePolicy = {
  rules: [
    {
      action: 'FailJob',
      onExitCodes: { containerName: CONTAINER, operator: 'In', values: [3] },
      onPodConditions: [],
    },
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  ],
};
