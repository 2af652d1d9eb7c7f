import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { k8s } from '../imports';
import type { AvroTable } from './avro-table';
import { contentHash } from './common/hash';
import { invalid, requireInteger, withPath } from './common/invalid';
import { hashedJob } from './common/job';
import { hardenedPod } from './common/pod';
import { resolveResources, type Resources } from './common/resources';
import { Workload } from './common/workload';
import type { FlinkSessionCluster } from './flink-session-cluster';
import { FLINK_PORTS } from './flink/ports';
import { FLINK_SCRATCH, FLINK_UID } from './flink/process';
import { SUBMIT_SCRIPT } from './flink/submit-script';
import { literal } from './sql/quote';
import { checkOneJob } from './sql/script';

/**
 * What becomes of the running job when the script changes. `savepoint`: it is stopped with a savepoint, from which the new one
 * begins; where state of the old one has no place in the new one, that is an error. `drop-unmatched`: the same, and such state is dropped.
 * `fresh`: it is cancelled, and the new one begins without state.
 */
export type SavepointPolicy = 'savepoint' | 'drop-unmatched' | 'fresh';

/** What a user sets on `FlinkSqlJob`. */
export interface FlinkSqlJobProps {
  /** Cluster that runs the job. */
  readonly cluster: FlinkSessionCluster;
  /** Name of the job: small letters, digits and `-`. It is shown in the dashboard, with the hash of the content. */
  readonly name: string;
  /** SQL statements, of which one starts the job: an `INSERT`, or several in `EXECUTE STATEMENT SET BEGIN … END`. */
  readonly script: string;
  /**
   * Tables that the script can use. The cluster is linked to what they read.
   * @default - the tables of the cluster
   */
  readonly tables?: readonly AvroTable[];
  /**
   * Tasks of each operator side by side.
   * @default - the cluster's
   */
  readonly parallelism?: number;
  /**
   * What becomes of the running job when the script changes.
   * @default - 'savepoint' when the cluster has a storage, else 'fresh'
   */
  readonly savepointPolicy?: SavepointPolicy;
  /**
   * How long to wait for the cluster, for a savepoint and for the job to run.
   * @default Duration.minutes(5)
   */
  readonly waitsFor?: Duration;
  /**
   * How long the finished Job of Kubernetes stays. Applied again after that, it finds the job there and ends.
   * @default Duration.minutes(10)
   */
  readonly ttl?: Duration;
  /**
   * CPU and memory of the container that submits the script; the job itself runs on the TaskManagers.
   * @default - 50m to 1 CPU, 128 to 384 MiB
   */
  readonly resources?: Resources;
}

const RESOURCES: Required<Resources> = {
  cpuRequest: Cpu.millis(50),
  cpuLimit: Cpu.units(1),
  memoryRequest: Size.mebibytes(128),
  memoryLimit: Size.mebibytes(384),
};

const SCRIPT_VOLUME = 'script';
const SCRIPT_FOLDER = '/etc/flink-sql-job';

/**
 * A SQL script that runs on a session cluster. A Job of Kubernetes submits it through the SQL gateway, once per content: applied again, or
 * tried again, it finds its job by name and leaves it alone.
 */
export class FlinkSqlJob extends Construct {
  /** The pods that submit the script: labels, selector and links. */
  readonly workload: Workload;
  /** Tables that the script can use. */
  readonly tables: readonly AvroTable[];
  /** Tasks of each operator side by side. */
  readonly parallelism: number;
  /** What becomes of the running job when the script changes. */
  readonly savepointPolicy: SavepointPolicy;
  /** How long to wait for the cluster, for a savepoint and for the job to run. */
  readonly waitsFor: Duration;
  /** How long the finished Job of Kubernetes stays. */
  readonly ttl: Duration;
  /** CPU and memory of the container that submits the script. */
  readonly resources: Required<Resources>;
  /** Name of the job in Flink: `NAME@HASH`. */
  readonly pipelineName: string;
  /** All statements that are submitted: settings, tables, the script. */
  readonly sql: string;
  /** Name of the Job of Kubernetes, with its hash. */
  readonly jobName: string;

  constructor(scope: Construct, id: string, props: FlinkSqlJobProps) {
    super(scope, id);
    const { cluster, name } = props;
    this.tables = props.tables ?? cluster.tables;
    this.parallelism = props.parallelism ?? cluster.parallelism;
    this.savepointPolicy = props.savepointPolicy ?? (cluster.storage ? 'savepoint' : 'fresh');
    this.waitsFor = props.waitsFor ?? Duration.minutes(5);
    this.ttl = props.ttl ?? Duration.minutes(10);
    this.resources = resolveResources(this, props.resources, RESOURCES);
    this.check(props);
    withPath(this, () => checkOneJob(props.script));

    const body = this.statements(props.script);
    const hash = contentHash(body);
    this.pipelineName = `${name}@${hash}`;
    this.sql = `SET 'pipeline.name' = ${literal(this.pipelineName)};\n\n${body}`;
    this.workload = new Workload(this, 'workload', {
      name: `flink-sql-${name}`,
      app: 'flink',
      component: 'sql-job',
      image: cluster.image,
    });
    this.workload.connectTo(cluster.restEndpoint);
    this.workload.connectTo(cluster.gatewayEndpoint);
    for (const table of this.tables) cluster.reach(table);
    this.jobName = this.makeJob(props, hash);
  }

  private statements(script: string): string {
    return [
      `SET 'parallelism.default' = '${this.parallelism}'`,
      ...this.tables.map(({ ddl }) => ddl),
      script.trim().replace(/;\s*$/, ''),
    ]
      .map((statement) => `${statement};\n`)
      .join('\n');
  }

  private makeJob({ cluster, name }: FlinkSqlJobProps, hash: string): string {
    const files = { 'job.sql': this.sql, 'submit.sh': SUBMIT_SCRIPT };
    // The hash is in the name as well: a Job that still runs must not find another script than its own.
    const map = new k8s.KubeConfigMap(this, 'script', {
      metadata: this.workload.metadata(`${this.workload.name}-${contentHash(files)}`),
      immutable: true,
      data: files,
    });
    const conf = cluster.sqlClient.conf;
    const job = hashedJob(this, this.workload, {
      retries: 4,
      ttl: this.ttl,
      content: files,
      spec: {
        podFailurePolicy: {
          rules: [
            {
              action: 'FailJob',
              onExitCodes: { containerName: 'submit', operator: 'In', values: [3] },
              onPodConditions: [],
            },
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          ],
        },
      },
      pod: hardenedPod(this, {
        uid: FLINK_UID,
        gracePeriod: Duration.seconds(30),
        restartPolicy: 'Never',
        volumes: [conf.volume, { name: SCRIPT_VOLUME, configMap: { name: map.name } }],
        containers: [
          {
            name: 'submit',
            image: cluster.image,
            command: ['bash', `${SCRIPT_FOLDER}/submit.sh`],
            env: {
              ...conf.env,
              JVM_ARGS: '-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1',
              JOB_NAME: name,
              JOB_HASH: hash,
              SCRIPT: `${SCRIPT_FOLDER}/job.sql`,
              REST_HOST: cluster.jobManager.workload.name,
              REST_PORT: String(FLINK_PORTS.rest),
              SQL_GATEWAY: cluster.gatewayUrl,
              SQL_CLIENT: '/opt/flink/bin/sql-client.sh',
              SAVEPOINTS: cluster.storage?.savepoints ?? '',
              SAVEPOINT_POLICY: this.savepointPolicy,
              WORK_DIR: '/tmp',
              WAIT_SECONDS: String(this.waitsFor.toSeconds()),
            },
            resources: this.resources,
            mounts: [conf.mount, { name: SCRIPT_VOLUME, mountPath: SCRIPT_FOLDER, readOnly: true }],
            scratch: FLINK_SCRATCH,
          },
        ],
      }),
    });
    return job.name;
  }

  private check({ cluster, name }: FlinkSqlJobProps): void {
    if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) {
      invalid(this, {
        property: 'name',
        got: name,
        allowed: 'small letters, digits and `-`, at most 40 characters',
        fix: 'Change it: the objects of Kubernetes bear it.',
      });
    }
    requireInteger(this, 'parallelism', this.parallelism, { min: 1 });
    const slots = cluster.taskManager.slots * cluster.taskManager.replicas;
    if (this.parallelism > slots) {
      invalid(this, {
        property: 'parallelism',
        got: this.parallelism,
        allowed: `at most ${slots}, the slots of all TaskManagers`,
        fix: 'Lower it, or raise taskManager.slots or taskManager.replicas of the cluster.',
      });
    }
    if (this.savepointPolicy !== 'fresh' && cluster.storage === undefined) {
      invalid(this, {
        property: 'savepointPolicy',
        got: this.savepointPolicy,
        allowed: "'fresh', as the cluster has no storage for savepoints",
        fix: 'Give the cluster a storage, or let the job begin afresh.',
      });
    }
  }
}
