import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { checkTableNames, type AvroTable } from './avro-table';
import type { PodEndpoint } from './common/workload';
import { IMAGES } from './common/images';
import { invalid, requireInteger } from './common/invalid';
import { resolveServiceAccount } from './common/pod';
import type { PodOptions } from './common/pod-options';
import type { FlinkConfig } from './config/flink';
import { HighAvailabilityAccess } from './flink/access';
import { checkFlinkOptions, flinkPodsConfig, withOptions } from './flink/config';
import { checkConnectors, type FlinkConnector } from './flink/connectors';
import { JobManager, type JobManagerOptions } from './flink/job-manager';
import { FLINK_PORTS } from './flink/ports';
import { podsOf } from './flink/process';
import { SqlClient, type SqlClientOptions } from './flink/sql-client';
import { resolveFlinkStorage, type FlinkStorage, type ResolvedFlinkStorage } from './flink/storage';
import { ADAPTIVE_SCHEDULER, TaskManager, type TaskManagerOptions } from './flink/task-manager';

/** Props of `FlinkSessionCluster`. */
export interface FlinkSessionClusterProps {
  /**
   * Tables of the SQL prompt. The cluster is linked to their Kafka and registry.
   * @default - none
   */
  readonly tables?: readonly AvroTable[];
  /**
   * The JobManagers: number, memory, resources and node port.
   * @default - one, see `JobManagerOptions`
   */
  readonly jobManager?: JobManagerOptions;
  /**
   * The TaskManagers: number, task slots, memory and resources.
   * @default - one with two task slots, see `TaskManagerOptions`
   */
  readonly taskManager?: TaskManagerOptions;
  /**
   * The pod of the SQL gateway and the SQL prompt: heap, resources and first statements.
   * @default - see `SqlClientOptions`
   */
  readonly sqlClient?: SqlClientOptions;
  /**
   * Where all pods run, and their labels, service account, variables, volumes and other containers.
   * `jobManager.pod`, `taskManager.pod` and `sqlClient.pod` add to it.
   * @default - see `PodOptions`
   */
  readonly pod?: PodOptions;
  /**
   * Whether jobs survive the failure of a JobManager. Flink stores them in ConfigMaps and in `storage`, so
   * its pods get a token for the Kubernetes API.
   * @default false
   */
  readonly highAvailability?: boolean;
  /**
   * Where checkpoints and savepoints are stored.
   * @default - no checkpoints: a job that fails starts again from scratch
   */
  readonly storage?: FlinkStorage;
  /**
   * Time between checkpoints.
   * @default Duration.seconds(10)
   */
  readonly checkpointInterval?: Duration;
  /**
   * Where tasks keep their state: on the heap, or in RocksDB on the pod's disk.
   * @default 'hashmap'
   */
  readonly stateBackend?: 'hashmap' | 'rocksdb';
  /**
   * Parallelism of jobs that do not set it.
   * @default 1
   */
  readonly parallelism?: number;
  /**
   * Connectors of the image. They are checked when the pod of the SQL client starts.
   * @default ['kafka', 'avro-confluent']
   */
  readonly connectors?: readonly FlinkConnector[];
  /**
   * Any other option of Flink's `config.yaml`, on every pod. Options that follow from other props are
   * rejected.
   * @default - none
   */
  readonly flinkOptions?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Image of every pod. It must have Flink in `/opt/flink`, with the jars of the connectors in `lib`.
   * @default 'kafka-flink-cluster/flink:2.3.0'
   */
  readonly image?: string;
  /**
   * Prefix of all names: `flink` gives `flink-jobmanager`, `flink-taskmanager` and `flink-sql-client`.
   * @default 'flink'
   */
  readonly name?: string;
}

/**
 * A Flink session cluster with a SQL gateway. Jobs are submitted to it while it runs. Each kind of pod has
 * its own configuration, so a change rolls only the pods that it affects.
 */
export class FlinkSessionCluster extends Construct {
  /** Prefix of all names. */
  readonly name: string;
  /** Image of every pod. */
  readonly image: string;
  /** Connectors of the image. */
  readonly connectors: readonly FlinkConnector[];
  /** Tables of the SQL prompt. */
  readonly tables: readonly AvroTable[];
  /** Whether jobs survive the failure of a JobManager. */
  readonly highAvailability: boolean;
  /** Time between checkpoints. */
  readonly checkpointInterval: Duration;
  /** Where tasks keep their state. */
  readonly stateBackend: 'hashmap' | 'rocksdb';
  /** Parallelism of jobs that do not set it. */
  readonly parallelism: number;
  /** Folders of checkpoints and savepoints; undefined without storage. */
  readonly storage: ResolvedFlinkStorage | undefined;
  /** Deployment, Service and configuration of the JobManagers. */
  readonly jobManager: JobManager;
  /** Deployment and configuration of the TaskManagers. */
  readonly taskManager: TaskManager;
  /** Deployment, Service and configuration of the SQL gateway. */
  readonly sqlClient: SqlClient;
  /** Address of the REST API and dashboard. */
  readonly restUrl: string;
  /** Address of the SQL gateway. */
  readonly gatewayUrl: string;

  constructor(scope: Construct, id: string, props: FlinkSessionClusterProps = {}) {
    super(scope, id);
    this.name = props.name ?? 'flink';
    this.image = props.image ?? IMAGES.flink;
    this.connectors = props.connectors ?? ['kafka', 'avro-confluent'];
    this.tables = props.tables ?? [];
    this.highAvailability = props.highAvailability ?? false;
    this.checkpointInterval = props.checkpointInterval ?? Duration.seconds(10);
    this.stateBackend = props.stateBackend ?? 'hashmap';
    this.parallelism = props.parallelism ?? 1;
    this.check(props);

    const workload = JobManager.workload(this, { cluster: this.name, image: this.image });
    this.storage = props.storage && resolveFlinkStorage(this, props.storage, workload);
    const { serviceAccount } = props.pod ?? {};
    const kubernetesAccess = this.highAvailability
      ? new HighAvailabilityAccess(this, 'access', workload, serviceAccount)
      : undefined;
    const account =
      serviceAccount &&
      (kubernetesAccess?.serviceAccountName ?? resolveServiceAccount(this, workload, 'pod', serviceAccount));
    const process = {
      cluster: this.name,
      image: this.image,
      config: this.config(props),
      storage: this.storage,
      kubernetesAccess,
    };
    const own = podsOf(props.pod, account);
    this.jobManager = new JobManager(
      this,
      'jobmanager',
      { ...props.jobManager, ...process, ...own('jobManager', props.jobManager?.pod) },
      workload,
    );
    this.taskManager = new TaskManager(
      this,
      'taskmanager',
      { ...props.taskManager, ...process, ...own('taskManager', props.taskManager?.pod) },
      this.jobManager,
    );
    const { connectors, tables } = this;
    this.sqlClient = new SqlClient(
      this,
      'sql-client',
      { ...props.sqlClient, ...process, ...own('sqlClient', props.sqlClient?.pod), connectors, tables },
      this.jobManager,
    );
    this.restUrl = `http://${workload.name}:${FLINK_PORTS.rest}`;
    this.gatewayUrl = this.sqlClient.gatewayUrl;
    for (const table of this.tables) this.reach(table);
  }

  /** REST API, for clients. */
  get restEndpoint(): PodEndpoint {
    return this.jobManager.restEndpoint;
  }

  /** SQL gateway, for clients. */
  get gatewayEndpoint(): PodEndpoint {
    return this.sqlClient.gatewayEndpoint;
  }

  /** Links the cluster to the Kafka and the registry of a table. */
  reach(table: AvroTable): void {
    for (const connector of ['kafka', 'avro-confluent'] as const) {
      if (this.connectors.includes(connector)) continue;
      invalid(this, {
        property: 'connectors',
        got: this.connectors,
        allowed: `a list with kafka and avro-confluent, because table ${table.name} needs both`,
        fix: `Add '${connector}', and use an image that has it.`,
      });
    }
    this.jobManager.workload.connectTo(table.kafkaEndpoint);
    this.taskManager.workload.connectTo(table.kafkaEndpoint);
    this.taskManager.workload.connectTo(table.registryEndpoint);
  }

  /** Whether the cluster is linked to the Kafka and the registry of a table. */
  reaches({ kafkaEndpoint, registryEndpoint }: AvroTable): boolean {
    return (
      this.jobManager.workload.isConnectedTo(kafkaEndpoint) &&
      this.taskManager.workload.isConnectedTo(kafkaEndpoint) &&
      this.taskManager.workload.isConnectedTo(registryEndpoint)
    );
  }

  private config({ flinkOptions, taskManager }: FlinkSessionClusterProps): FlinkConfig {
    const { storage } = this;
    const scheduler = taskManager?.autoscaling === undefined ? {} : ADAPTIVE_SCHEDULER;
    return {
      ...flinkPodsConfig({
        cluster: this.name,
        parallelism: this.parallelism,
        stateBackend: this.stateBackend,
        options: withOptions(this, 'flinkOptions', flinkOptions, { ...storage?.options, ...scheduler }),
      }),
      checkpoints: storage && {
        directory: storage.checkpoints,
        savepoints: storage.savepoints,
        intervalMs: this.checkpointInterval.toMilliseconds(),
      },
      highAvailability:
        this.highAvailability && storage
          ? { clusterId: this.name, storage: storage.highAvailability }
          : undefined,
    };
  }

  private check(props: FlinkSessionClusterProps): void {
    checkConnectors(this, this.connectors);
    checkTableNames(this, this.tables);
    requireInteger(this, 'parallelism', this.parallelism, { min: 1 });
    if (this.highAvailability && props.storage === undefined) {
      invalid(this, {
        property: 'storage',
        got: undefined,
        allowed: 'a storage that all JobManagers reach, because highAvailability stores the jobs there',
        fix: 'Set FlinkStorage.claim(…) or FlinkStorage.url(…).',
      });
    }
    checkFlinkOptions(this, 'flinkOptions', props.flinkOptions, RESERVED);
  }
}

/** Options that follow from props of this construct only, with what to do instead. */
const RESERVED: Readonly<Record<string, string>> = {
  'scheduler-mode': 'reactive mode gives all slots to one job, and a session cluster runs several',
  'execution.target': 'clients submit to this cluster',
  'high-availability.type': 'set highAvailability',
  'high-availability.storageDir': 'set highAvailability and storage',
  'sql-gateway.endpoint.rest.address': 'it is the Service of the SQL client',
  'sql-gateway.endpoint.rest.bind-address': 'it is every address of the pod',
  'sql-gateway.endpoint.rest.port': 'it is fixed, for the Service',
};
